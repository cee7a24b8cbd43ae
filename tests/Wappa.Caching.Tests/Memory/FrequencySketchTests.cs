using Wappa.Caching.Memory;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Estimates are never too low, seldom too high, and fade.</summary>
public sealed class FrequencySketchTests
{
    private static uint Key(int i) => KeyHash.Of($"key{i}", 5);

    [Fact]
    public void Estimate_AfterAdditions_IsAtLeastTheirNumberAndSeldomMore()
    {
        var sketch = new FrequencySketch();
        sketch.Reserve(1_000);
        for (var i = 0; i < 1_000; i++) sketch.Add(Key(i), 1 + (i % 3), entries: 1_000_000);
        for (var i = 0; i < 1_000; i++) sketch.Estimate(Key(i)).ShouldBeGreaterThanOrEqualTo(1 + (i % 3));
        Enumerable.Range(0, 1_000).Count(i => sketch.Estimate(Key(i)) > 1 + (i % 3)).ShouldBeLessThan(150);
        Enumerable.Range(5_000, 1_000).Count(i => sketch.Estimate(Key(i)) > 0).ShouldBeLessThan(200);
    }

    [Fact]
    public void Add_BeyondFifteen_StaysThere()
    {
        var sketch = new FrequencySketch();
        for (var i = 0; i < 40; i++) sketch.Add(Key(1), 1, entries: 1_000);
        sketch.Estimate(Key(1)).ShouldBe(FrequencySketch.Most);
    }

    [Fact]
    public void Add_OfMany_HalvesWhatWasPopularBefore()
    {
        var sketch = new FrequencySketch();
        sketch.Add(Key(1), 12, entries: 1_000);
        for (var i = 0; i < 3_500; i++) sketch.Add(Key(100 + (i % 50)), 1, entries: 1_000);
        sketch.Estimate(Key(1)).ShouldBeInRange(6, 7);
    }

    [Fact]
    public void Reserve_OfMore_KeepsTheEstimates()
    {
        var sketch = new FrequencySketch();
        for (var i = 0; i < 200; i++) sketch.Add(Key(i), 5, entries: 1_000_000);
        sketch.Reserve(100_000);
        for (var i = 0; i < 200; i++) sketch.Estimate(Key(i)).ShouldBeGreaterThanOrEqualTo(5);
        sketch.Capacity.ShouldBeGreaterThanOrEqualTo(100_000);
    }

    [Fact]
    public void Of_KeysOfAllLengths_DifferByLengthPlaceAndSeed()
    {
        string[] keys = [.. Enumerable.Range(1, 100).Select(length => new string('\0', length)), "a", "b", "ab", "ba", "abc:1", "abc:2"];
        keys.Select(key => KeyHash.Of(key, 1)).Distinct().Count().ShouldBe(keys.Length);
        keys.Count(key => KeyHash.Of(key, 1) == KeyHash.Of(key, 2)).ShouldBeLessThan(2);
        for (var length = 1; length < 100; length++)
        {
            var key = new char[length];
            var hash = KeyHash.Of(key, 1);
            for (var i = 0; i < length; i++)
            {
                key[i] = 'x';
                KeyHash.Of(key, 1).ShouldNotBe(hash, $"length {length}, character {i}");
                key[i] = '\0';
            }
        }
    }
}
