namespace Wappa.Caching.Documents;

/// <summary>Names a raw JSON value in an error without repeating the value, which may be personal.</summary>
internal static class JsonKind
{
    internal static string Describe(ReadOnlySpan<byte> json) => json switch
    {
        [(byte)'"', ..] => "a string",
        [(byte)'{', ..] => "an object",
        [(byte)'[', ..] => "an array",
        [(byte)'t' or (byte)'f', ..] => "true or false",
        [(byte)'n', ..] => "null",
        _ when json.ContainsAny((byte)'.', (byte)'e', (byte)'E') => "a number that is not written as a whole number",
        _ => "a whole number beyond its range",
    };

    internal static bool IsNull(ReadOnlySpan<byte> json) => json is [(byte)'n', ..];
}
