"""How good a result is: pictures, depths, what people see; and tables of it."""
