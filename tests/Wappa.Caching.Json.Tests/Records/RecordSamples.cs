using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Records;
using Wappa.Testing.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>Records and their files for the tests here.</summary>
internal static class RecordSamples
{
    /// <summary>2025-01-15T10:30:00.000Z.</summary>
    internal const long UpdatedAt = 1_736_937_000_000;

    private static readonly Config Quiet = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    /// <summary>Names with everything that a key, a JSON text or a file system might trip over.</summary>
    internal static readonly Gen<string> Names = Gen.OneOf(
        Gen.Elements(
            "a", "profile", "user", "state", "df", "pkid", "1234567890", "+1234567890", "a_b", "_", "__", ":", "%", "%5F",
            "%5f", "..", ".", "con", "Con", "é", "e\u0301", "🍕", "\"", "\\", "/", " ", "a ", "a.", "ﬁ", "K", "ſ", "%%"),
        Gen.Elements("a", "b", "A", "_", ":", "%", "2", "5", "F", ".", " ", "é", "🍕").NonEmptyListOf()
            .Select(parts => string.Concat(parts.Take(40))));

    internal static readonly Gen<RecordKey> Keys =
        from kind in Gen.Choose(0, 3)
        from tenant in Names
        from owner in Names
        from name in Names
        select kind switch
        {
            0 => RecordKey.State(tenant, owner, name),
            1 => RecordKey.User(tenant, owner, name),
            2 => RecordKey.Table(tenant, TableKey.Row(owner, name)),
            _ => RecordKey.Table(tenant, TableKey.Table(owner)),
        };

    internal static readonly Arbitrary<RecordImage> Images = Arb.From(
        from key in Keys
        from revision in Gen.Choose(1, int.MaxValue)
        from shift in Gen.Choose(0, 32)
        from expiry in Gen.Elements(0L, 1L, -1L, UpdatedAt, UpdatedAt + 1, 253_402_300_799_999L, -62_135_596_800_000L)
        from json in JsonGenerator.Objects.Generator
        select new RecordImage(key, (long)revision << shift, expiry, CacheDocument.Parse(json)));

    internal static RecordImage Image(string json, long expiresAt = 0) =>
        new(RecordKey.State("hotel123", "1234567890", "pizza_order"), 1_736_937_000_000_000, expiresAt,
            CacheDocument.Parse(json));

    internal static byte[] Write(in RecordImage image, long updatedAt = UpdatedAt)
    {
        var output = new FileBuffer();
        output.Append("left over"u8);
        RecordFile.Write(image, updatedAt, output);
        return output.Span.ToArray();
    }

    internal static string Text(string json, long expiresAt = 0) => Encoding.UTF8.GetString(Write(Image(json, expiresAt)));

    internal static RecordImage ShouldRead(this byte[] file, RecordFileState state)
    {
        RecordFile.Read(file, out var image, out var problem).ShouldBe(state, problem);
        problem.ShouldBe("");
        return image;
    }

    internal static RecordImage ShouldRead(this string file, RecordFileState state) =>
        Encoding.UTF8.GetBytes(file).ShouldRead(state);

    /// <summary>The document included, to the letter.</summary>
    internal static bool Same(in RecordImage one, in RecordImage other) =>
        one == other && one.Document?.ToString() == other.Document?.ToString();

    internal static void Check(this Property property, int times) => property.Check(Quiet.WithMaxTest(times));
}
