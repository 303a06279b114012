"""A request on its way: opened, proved, counted, answered. Every change leaves an event."""
