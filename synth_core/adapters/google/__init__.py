"""What all of Google's services have in common: clients and their errors."""
