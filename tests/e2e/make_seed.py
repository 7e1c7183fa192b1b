"""Writes the seed that the caches of end-to-end tests begin with: AWS's client for Python, and the wheels of `Case.project`.

Without it each of some seventy caches would fetch the same packages. The tests of the cache and of equal bytes begin with empty caches.
"""
import shutil

import support


class Seed(support.Case):
    def test_write(self):
        shutil.rmtree(support.SEED, ignore_errors=True)
        made = self.folder / "seed"
        self.run_ok("stage", cwd=self.project(), LBUNDLE_CACHE=made)
        self.assertTrue(list((made / "clients").iterdir()), "AWS's client could not be fetched")
        support.SEED.mkdir()
        for kind in ("clients", "wheels"):
            shutil.move(made / kind, support.SEED / kind)


if __name__ == "__main__":
    support.main()
