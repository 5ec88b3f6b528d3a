// Codes of donated goods in words.

export const units = {
  piece: ["件", "pieces"], pack: ["包", "packs"], box: ["盒", "boxes"], bottle: ["瓶", "bottles"],
  bag: ["袋", "bags"], can: ["罐", "cans"], pair: ["双", "pairs"], set: ["套", "sets"],
  kilogram: ["公斤", "kg"], litre: ["升", "l"], metre: ["米", "m"],
};

export const allergens = {
  gluten: ["麸质", "Gluten"], crustacean: ["甲壳类", "Crustaceans"], egg: ["蛋", "Egg"],
  fish: ["鱼", "Fish"], peanut: ["花生", "Peanut"], soy: ["大豆", "Soy"], milk: ["奶", "Milk"],
  nuts: ["坚果", "Nuts"], celery: ["芹菜", "Celery"], mustard: ["芥末", "Mustard"],
  sesame: ["芝麻", "Sesame"], sulphite: ["亚硫酸盐", "Sulphite"], lupin: ["羽扇豆", "Lupin"],
  mollusc: ["软体类", "Molluscs"],
};

export const parcelStates = {
  ready: ["留着，等人来领", "Set aside"], handed_out: ["✓ 已领走", "✓ Handed over"],
  gone: ["已退回", "Gone back"],
};
