-- The database of Alameda Tienda, as a shop might have it; made beside Venia's own tables.

CREATE SCHEMA alameda_shop;

CREATE TABLE alameda_shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_number text NOT NULL UNIQUE,
    full_name text,
    email text,
    phone text,
    restricted boolean NOT NULL DEFAULT false,
    disputed boolean NOT NULL DEFAULT false,
    reserved boolean NOT NULL DEFAULT false,
    no_marketing boolean NOT NULL DEFAULT false
);

CREATE TABLE alameda_shop.addresses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES alameda_shop.customers,
    street text NOT NULL,
    city text NOT NULL
);

CREATE TABLE alameda_shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES alameda_shop.customers,
    placed_on date NOT NULL,
    total numeric(10, 2) NOT NULL,
    invoice_name text,
    delivery_note text
);

CREATE TABLE alameda_shop.order_items (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES alameda_shop.orders,
    product text NOT NULL,
    quantity integer NOT NULL
);

CREATE TABLE alameda_shop.searches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES alameda_shop.customers,
    searched_at timestamptz NOT NULL,
    words text NOT NULL
);

CREATE TABLE alameda_shop.newsletter (
    email text PRIMARY KEY,
    joined_on date NOT NULL
);

CREATE INDEX ON alameda_shop.addresses (customer_id);
CREATE INDEX ON alameda_shop.orders (customer_id);
CREATE INDEX ON alameda_shop.order_items (order_id);
CREATE INDEX ON alameda_shop.searches (customer_id);
CREATE INDEX ON alameda_shop.newsletter (lower(email));
