using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>The index of file names beside a dictionary of them.</summary>
public sealed class NameIndexTests
{
    [Fact]
    public void Index_AfterRandomChanges_HasTheNamesOfADictionary()
    {
        var random = new Random(20250115);
        var index = new NameIndex();
        var model = new Dictionary<string, int>();
        for (var i = 0; i < 60_000; i++)
        {
            // More prefixes than are kept by number, a few that all share, and names without any.
            var path = (random.Next(4)) switch
            {
                0 => $"states/hotel123_pizza_order_{random.Next(5000)}.json",
                1 => $"users/hotel123_{random.Next(8000)}_stats.json",
                2 => $"users/{random.Next(100)}.json",
                _ => $"tables/hotel{random.Next(3000)}_products_{random.Next(3)}.json",
            };
            var owner = path.Length % 7;
            if (random.Next(3) > 0)
            {
                index.Add(path, owner);
                model.TryAdd(path, owner);
            }
            else
            {
                index.Remove(path);
                model.Remove(path);
            }
        }

        index.Count.ShouldBe(model.Count);
        for (var owner = 0; owner < 7; owner++)
            index.Of(owner).ShouldBe(model.Where(name => name.Value == owner).Select(name => name.Key), ignoreOrder: true);
        var (all, from) = (new List<string>(), 0);
        do all.AddRange(index.Some(ref from, 1000));
        while (from != 0);
        all.ShouldBe(model.Keys, ignoreOrder: true);
    }
}
