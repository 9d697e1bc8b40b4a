"""すり合わせ: price, tonnes, schedule, delivery term, limits that give way, and steps that are promised."""
