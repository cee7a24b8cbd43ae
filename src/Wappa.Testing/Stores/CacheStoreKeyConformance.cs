using System.Globalization;
using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Any text is a key, and two different texts are two keys.</summary>
public abstract class CacheStoreKeyConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    private static readonly string[] StrangeKeys =
    [
        "a", "A", " a", "a ", "a:", ":a", ":", "::", "a:b", "a%3Ab", "a%b", "a_b", "a%5Fb", "a/b", "../a", ".", "..",
        "*", "?", "[a]", "[^a]", "a*", "a?", "\\", "\\a", "a\\*", "{a}", "{a}b", "$a", "$$a", "\"", "'", "a'b",
        "\0", "a\0", "a\nb", "a\r\nb", "\t", "a\u200B", "\uFEFFa", "ä", "a\u0308", "Ä", "ß", "ss", "İ", "i", "ı", "日本語",
        "🍕", "👩‍👩‍👧", "con", "CON", "null", "true", "1", "01", "1.0", "-1", "__proto__",
    ];

    [Fact]
    public async Task SetAsync_StrangeKeys_AreKeptApart()
    {
        foreach (var (i, key) in StrangeKeys.Index()) await Store.SetAsync(key, Entry(Text(i)));
        foreach (var (i, key) in StrangeKeys.Index()) await ShouldHoldAsync(key, Text(i));
        foreach (var (i, key) in StrangeKeys.Index())
        {
            (await Store.RemoveAsync(key)).ShouldBeTrue();
            await ShouldMissAsync(key);
            if (i + 1 < StrangeKeys.Length) await ShouldHoldAsync(StrangeKeys[i + 1], Text(i + 1));
        }
    }

    [Fact]
    public async Task AllOperations_StrangeKeys_FindThem()
    {
        foreach (var key in StrangeKeys)
        {
            (await Store.CompleteLoadAsync(key, Entry("v"), await Store.BeginLoadAsync(key))).ShouldBeTrue();
            (await Store.AddAsync(key, Entry("w"))).ShouldBeFalse();
            (await Store.RenewAsync(key, 60 * Second)).ShouldBeTrue();
            await ShouldLiveAsync(key, 60 * Second);
        }

        (await Store.GetManyAsync(StrangeKeys)).ShouldAllBe(entry => entry != null);
    }

    [Fact]
    public async Task SetAsync_LongKeys_AreKeptApart()
    {
        var stem = new string('k', 4_000);
        await Store.SetManyAsync([new(stem + "1", Entry("one")), new(stem + "2", Entry("two"))]);
        await ShouldHoldAsync(stem + "1", "one");
        await ShouldHoldAsync(stem + "2", "two");
        await ShouldMissAsync(stem);
    }

    [Fact]
    public async Task SetAsync_HalvesOfSurrogatePairs_AreKeptApartOrRefused()
    {
        // Written as UTF-8 without care, all three would become the same replacement character, and one caller would
        // read the other's entry.
        string[] keys = ["chat:v1:\uD83C", "chat:v1:\uDF55", "chat:v1:\uFFFD"];
        foreach (var key in keys)
        {
            if (!await TakesAsync(key)) continue;
            await Store.SetAsync(key, Entry("v"));
            foreach (var other in keys)
            {
                if (other != key && await TakesAsync(other)) await ShouldMissAsync(other);
            }

            await Store.RemoveAsync(key);
        }
    }

    private async Task<bool> TakesAsync(string key)
    {
        try
        {
            await Store.GetAsync(key);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Text(int i) => i.ToString(CultureInfo.InvariantCulture);
}
