"""What firms may do: permits as their holders declare them, and as a coordinator of the place has checked them."""
