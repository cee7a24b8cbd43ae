using System.Text;

namespace Wappa;

/// <summary>What the caches take as a tenant or a user, checked at the door: an item that could never have a cache is refused
/// there, where it can be counted, and not in the handler's turn.</summary>
internal static class TenantName
{
    internal const int MaxLength = 256;

    internal static bool IsValid(string? name)
    {
        if (name is not { Length: > 0 and <= MaxLength }) return false;
        return !name.AsSpan().ContainsAnyExceptInRange(' ', '~') || IsValidUnicode(name);
    }

    private static bool IsValidUnicode(string name)
    {
        foreach (var character in name)
        {
            if (char.IsControl(character)) return false;
        }

        var rest = name.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != System.Buffers.OperationStatus.Done) return false;
            rest = rest[used..];
        }

        return true;
    }
}
