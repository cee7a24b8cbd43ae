using System.Text;

namespace Wappa.Testing.Records;

/// <summary>Compares documents as backends keep them: the same fields, each with the same JSON to the letter, in any
/// order.</summary>
internal static class DocumentShould
{
    internal static void ShouldBeJson(this CacheDocument? document, string expected)
    {
        document.ShouldNotBeNull();
        Fields(document).ShouldBe(Fields(CacheDocument.Parse(expected)), ignoreOrder: true);
    }

    internal static void ShouldBeJson(this DocumentRecord record, string expected) =>
        record.Document.ShouldBeJson(expected);

    internal static string? RawField(this CacheDocument document, string field) =>
        document.TryGetField(field, out var json) ? Encoding.UTF8.GetString(json) : null;

    private static string[] Fields(CacheDocument document) =>
        [.. document.FieldNames.Select(name => $"{name} = {document.RawField(name)}")];
}
