"""Sample data: the demo scene as plain files, its pictures, and the code that loads both."""
