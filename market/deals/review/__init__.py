"""What a coordinator looks at before two sides negotiate, and again where an approval became void."""
