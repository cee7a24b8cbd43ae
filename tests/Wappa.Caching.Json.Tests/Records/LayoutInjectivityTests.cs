using FsCheck.Fluent;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>No two records share a file, on any disk, and each name tells its record.</summary>
public sealed class LayoutInjectivityTests
{
    private const int RandomKeys = 500_000; // for each of the two layouts

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void PathOf_MillionsOfKeys_IsInjectiveAndReadBack(int which)
    {
        var layout = LayoutSamples.Layouts[which];
        var random = new Random(11);
        var keys = LayoutSamples.Adversarial()
            .Concat(Enumerable.Range(0, RandomKeys).Select(_ => LayoutSamples.Random(random)));
        var byPath = new Dictionary<string, RecordKey>(RandomKeys, StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var path = layout.PathOf(key);
            var folded = path.Folded();
            if (!byPath.TryAdd(folded, key))
            {
                if (byPath[folded] != key) throw new ShouldAssertException($"two records in {path}");
                continue;
            }

            path.ShouldBeSafe(layout);
            if (byPath.Count % 4 == 0) ShouldTell(layout, path, key);
        }

        byPath.Count.ShouldBeGreaterThan(RandomKeys / 2);
    }

    [Fact]
    public void PathOf_AnyKey_IsReadBack() => Prop.ForAll(Arb.From(RecordSamples.Keys), key =>
    {
        foreach (var layout in LayoutSamples.Layouts) ShouldTell(layout, layout.PathOf(key), key);
    }).Check(2000);

    [Fact]
    public void Read_AnyName_IsARecordsOnlyIfThatRecordHasIt()
    {
        var random = new Random(12);
        string[] pieces = ["a", "b", "hotel%5F123", "_", "_", "%5F", "%3A", "%2E", "%41", "%61", "%FF", "%C3%A9", "%", "%5f", "A", ".", " ", "con",
            "%63on", "user", "state", "df", "pkid", "profile", "msg_history", "user_profile_", "wappa_state_", "msg_history_", "%25", "%253A",
            "%%", "0123456789abcdef0123456789abcdef01234567", "%00", "%7F", "%ED%A0%80", "/", "é"];
        var records = 0;
        for (var round = 0; round < 300_000; round++)
        {
            var layout = LayoutSamples.Layouts[round % 2];
            var directory = random.Next(layout.Directories.Count);
            var name = string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => pieces[random.Next(pieces.Length)])) +
                (random.Next(20) == 0 ? "" : ".json");
            var kind = layout.Read(directory, name, out _);
            layout.TryParse(directory, name, out var key).ShouldBe(kind == FileNameKind.Record, name);
            if (kind != FileNameKind.Record) continue;

            records++;
            layout.PathOf(key).ShouldBe($"{layout.Directories[directory]}/{name}");
        }

        records.ShouldBeGreaterThan(5000);
    }

    [Fact]
    public void Read_ManyNames_AllocatesNothing()
    {
        var random = new Random(13);
        foreach (var layout in LayoutSamples.Layouts)
        {
            var paths = Enumerable.Range(0, 2000).Select(_ => layout.PathOf(LayoutSamples.Random(random))).ToArray();
            var names = paths.Select(path => (Directory: layout.DirectoryOf(path, out var name), Name: name)).ToArray();
            foreach (var (directory, name) in names) layout.Read(directory, name, out _);

            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var (directory, name) in names) layout.Read(directory, name, out _);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    private static void ShouldTell(IRecordLayout layout, string path, in RecordKey key)
    {
        var directory = layout.DirectoryOf(path, out var name);
        var kind = layout.Read(directory, name, out var owner);
        if (owner != layout.OwnerHash(key.Kind, key.Tenant, key.Owner)) throw new ShouldAssertException($"owner of {path}");
        var parsed = layout.TryParse(directory, name, out var read);
        var expected = name.Contains("%%", StringComparison.Ordinal) ? FileNameKind.Shortened : FileNameKind.Record;
        if (kind != expected || parsed != (kind == FileNameKind.Record)) throw new ShouldAssertException($"{kind} for {path}");
        if (parsed && (read != key || read.Kind != key.Kind)) throw new ShouldAssertException($"another record for {path}");
    }
}
