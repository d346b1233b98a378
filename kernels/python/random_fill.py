"""random.fill by numpy: the same parameters and the same answers as kernels/random_fill.c, by code that shares nothing with it, of
the generators that numpy has.

The seed sets a bit generator's state as the C kernel does it, not through numpy's SeedSequence. An iteration puts that state back and
fills one array; putting it back takes some microseconds, so that small arrays cost more a number.
"""

import importlib.util

FULL = (1 << 64) - 1
GENERATORS = ["splitmix64", "xoshiro256++", "pcg32", "pcg64-dxsm", "mt19937", "mt19937-64", "philox4x64-10", "chacha8", "rand"]


def mt19937(numpy, seed):
    """init_genrand, which numpy keeps for RandomState; 32 bits."""
    made = numpy.random.MT19937()
    made.state = numpy.random.RandomState(seed & 0xFFFFFFFF).get_state(legacy=False)
    return made


def pcg64_dxsm(numpy, seed):
    """O'Neill's seeding: from 0 a step, the seed added, a step; stream 54."""
    increment, multiplier = 54 << 1 | 1, 0xDA942042E4DD58B5
    made = numpy.random.PCG64DXSM()
    made.state = {"bit_generator": "PCG64DXSM", "has_uint32": 0, "uinteger": 0,
                  "state": {"state": ((increment + seed) * multiplier + increment) % (1 << 128), "inc": increment}}
    return made


def philox4x64(numpy, seed):
    """numpy counts up before a block: behind the last counter comes 0."""
    made = numpy.random.Philox()
    made.state = {"bit_generator": "Philox", "buffer": [0] * 4, "buffer_pos": 4, "has_uint32": 0, "uinteger": 0,
                  "state": {"counter": numpy.full(4, FULL, numpy.uint64), "key": numpy.array([seed, 0], numpy.uint64)}}
    return made


HERE = {"mt19937": mt19937, "pcg64-dxsm": pcg64_dxsm, "philox4x64-10": philox4x64}


class Fill:
    """A state; one method a form, each of which returns an array of `count` numbers."""

    def __init__(self, arguments, seed):
        import numpy  # only where it runs: listing kernels shall not wait for it
        if arguments["generator"] not in HERE:
            raise ValueError("numpy has no %s: want %s, %s or %s" % (arguments["generator"], *HERE))
        self.numpy = numpy
        self.count, self.bound = arguments["count"], arguments["bound"]
        self.form = arguments["form"]
        self.bits = HERE[arguments["generator"]](numpy, arguments["seed"] or seed)
        self.start = self.bits.state
        self.generator = numpy.random.Generator(self.bits)
        self.numbers = None

    def uint64(self, count):
        return self.generator.integers(0, FULL, count, self.numpy.uint64, endpoint=True)

    def double(self, count):
        return self.generator.random(count)

    def bounded(self, count):
        """Above 2^32 numpy multiplies 64 bits as Lemire does; below it takes 32, so that this is done here."""
        if self.bound > 1 << 32:
            return self.generator.integers(0, self.bound, count, self.numpy.uint64)
        numbers = self.upper_halves(count)
        while len(numbers) < count:
            numbers = self.numpy.concatenate([numbers, self.upper_halves(count - len(numbers))])
        return numbers

    def upper_halves(self, count):
        """Of the products of `count` words and the bound, without those that are one too many."""
        words, bound, half = self.uint64(count), self.numpy.uint64(self.bound), self.numpy.uint64(32)
        lower = (words & self.numpy.uint64(0xFFFFFFFF)) * bound
        numbers = ((words >> half) * bound + (lower >> half)) >> half
        return numbers[words * bound >= self.numpy.uint64((1 << 64) % self.bound)]

    def normal_ziggurat(self, count):
        return self.generator.standard_normal(count)

    def normal_polar(self, count):
        """RandomState is kept by numpy for its old numbers, which are the polar method's; made anew, it has none left over."""
        return self.numpy.random.RandomState(self.bits).standard_normal(count)

    def run(self, iterations):
        fill = getattr(self, self.form.replace("-", "_"))
        for _ in range(iterations):
            self.bits.state = self.start
            self.numbers = fill(self.count)

    def answer(self):
        """A double as its multiple of 2^-53; a normal number to the nearest of 2^-24, modulo 2^64."""
        numbers = self.numbers
        if self.form == "double":
            numbers = (numbers * 2.0 ** 53).astype(self.numpy.uint64)
        elif self.form.startswith("normal"):
            numbers = self.numpy.rint(numbers * 2.0 ** 24).astype(self.numpy.int64).view(self.numpy.uint64)
        return numbers.tolist()


def unavailable():
    return None if importlib.util.find_spec("numpy") else "numpy is not installed (Debian: python3-numpy)"


KERNELS = [{
    "name": "random.fill",
    "summary": "fills an array with random numbers",
    "version": "1.0.0",
    "tags": ["random"],
    "flags": ["deterministic"],
    "parameters": [
        {"name": "generator", "type": "choice", "summary": "where the numbers come from", "default": "pcg64-dxsm",
         "choices": GENERATORS},
        {"name": "form", "type": "choice", "summary": "what is made of the generator's bits", "default": "uint64",
         "choices": ["uint64", "double", "bounded", "normal-ziggurat", "normal-polar"]},
        {"name": "count", "type": "integer", "summary": "numbers in the array", "default": 10000, "least": 1,
         "most": 10000000},
        {"name": "bound", "type": "integer", "summary": "bounded numbers are from 0 to one below it", "default": 1000,
         "least": 1},
        {"name": "seed", "type": "integer", "summary": "the generator's; 0: that of the process", "default": 42},
    ],
    "setup": Fill,
    "unavailable": unavailable,
    "work": lambda a: {"items": a["count"], "bytes": 8 * a["count"]},
    "expect": lambda a: {"count": a["count"], "source": "as many numbers as were asked for"},
}]
