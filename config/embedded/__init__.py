"""
Runs PostgreSQL and Valkey from their wheels, where no other server is named by URL.

Public: `postgres.start`, `valkey.start`. Nothing here opens a port to the world or changes the
permissions of a folder that is not its own.
"""
