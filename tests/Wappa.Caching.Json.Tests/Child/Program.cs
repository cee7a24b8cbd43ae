using System.Globalization;
using Wappa.Caching.Json.Child;

switch (args)
{
    case ["hammer", var folder, var seed, var round]:
        return await Hammer.RunAsync(folder, Number(seed), Number(round));
    default:
        await Console.Error.WriteLineAsync("Usage: hammer <folder> <seed> <round>");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
