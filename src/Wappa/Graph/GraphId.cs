namespace Wappa.Graph;

/// <summary>Ids that become part of a path.</summary>
internal static class GraphId
{
    /// <summary>Whether there are only letters, digits, <c>-</c> and <c>_</c>: a slash or a dot segment would lead
    /// somewhere else.</summary>
    internal static bool IsValid(string? id)
    {
        foreach (var character in id ?? "")
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) return false;
        }

        return id is { Length: > 0 };
    }
}
