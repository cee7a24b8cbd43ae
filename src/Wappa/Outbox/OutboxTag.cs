namespace Wappa.Outbox;

/// <summary>The outbox's own part of <c>biz_opaque_callback_data</c>, <c>w1:{id}|{the app's data}</c>: what comes back in the
/// statuses of a message says which entry of the outbox it was, even if the answer to the POST was lost.</summary>
internal static class OutboxTag
{
    /// <summary>How many characters the tag takes of the 512 there are.</summary>
    internal const int Length = 26;

    private const string Prefix = "w1:";
    private const int IdLength = 22;

    internal static string Join(string id, string? data) => $"{Prefix}{id}|{data}";

    /// <summary>What a message that is ready to be posted has, tag included.</summary>
    internal static string? Find(ReadOnlySpan<byte> body) => BodyField.Find(body, "biz_opaque_callback_data"u8);

    /// <summary>Parts what came back.</summary>
    /// <returns>The entry's id, and the app's data as it gave them; null for either that is not there.</returns>
    internal static (string? Id, string? Data) Split(string? value)
    {
        if (value is not { Length: >= Length } || !value.StartsWith(Prefix, StringComparison.Ordinal) || value[Length - 1] != '|')
            return (null, value);
        return (value.Substring(Prefix.Length, IdLength), value.Length > Length ? value[Length..] : null);
    }
}
