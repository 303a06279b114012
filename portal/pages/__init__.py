"""The pages of the preference center. A view reads a form, calls one module, and shows a page."""
