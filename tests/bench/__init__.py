"""How fast Attune is, and next to what. ``make bench`` prints one table; exit 1 if a target is missed."""
