import { imageRecipe, installCommand, recipeKey } from "./recipe.ts";

describe("the image recipe", () => {
  it("has another key as soon as anything in it changes", () => {
    const key = recipeKey(imageRecipe);
    expect(recipeKey({ ...imageRecipe })).toBe(key);
    expect(recipeKey({ ...imageRecipe, packages: [...imageRecipe.packages, "vim"] })).not.toBe(key);
    expect(recipeKey({ ...imageRecipe, files: { ...imageRecipe.files, "etc/hostname": "x\n" } })).not.toBe(
      key,
    );
  });

  it("names no place outside the image", () => {
    const paths = [
      ...Object.keys(imageRecipe.files),
      ...Object.keys(imageRecipe.links),
      ...imageRecipe.removed,
    ];
    for (const path of paths) expect(path).toMatch(/^(?!\/)(?!.*\.\.)[\w./@-]+$/);
  });

  it("installs into the given folder", () => {
    expect(installCommand(imageRecipe, "/target").slice(-2)).toEqual(["bookworm", "/target"]);
  });
});
