"""What a buyer could give way on: levers, how far each must go, and what each unlocks."""
