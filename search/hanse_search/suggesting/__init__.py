"""What a field offers while somebody types: recent searches, people, rooms and items by their names."""
