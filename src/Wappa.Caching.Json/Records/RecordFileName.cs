using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>The last part of a record's path: an escaped stem and <c>.json</c>, or if that is too long for some disk,
/// the stem's beginning and a hash: <c>hotel123_products_a-very-long…%%</c>, 8 digits of the owner's hash, 32 of the
/// key's.</summary>
/// <remarks><c>%%</c> is in no escaped text, so a shortened name is nobody else's.</remarks>
internal static class RecordFileName
{
    /// <summary>The longest name, in characters, all of them ASCII. It leaves room for a temporary file's suffix below
    /// the 255 that file systems take.</summary>
    internal const int MaxLength = 200;

    private const string Extension = ".json";
    private const string Mark = "%%";
    private const int OwnerDigits = 8;
    private const int HashDigits = 32;
    private const int MaxPrefix = MaxLength - 2 - OwnerDigits - HashDigits - 5;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <param name="stem">Escaped, all parts of it.</param>
    /// <param name="key">The record.</param>
    internal static string Of(string stem, in RecordKey key)
    {
        if (stem.Length + Extension.Length <= MaxLength) return stem + Extension;
        var prefix = stem.AsSpan(0, MaxPrefix);
        if (prefix[^1] == '%') prefix = prefix[..^1]; // half an escape
        else if (prefix[^2] == '%') prefix = prefix[..^2];
        var owner = OwnerHash.Of(key.Kind, key.Tenant, key.Owner);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(KeyFactory.Default.Key(key))).AsSpan(0, HashDigits / 2);
        return string.Create(
            CultureInfo.InvariantCulture, $"{prefix}{Mark}{owner:x8}{Convert.ToHexStringLower(hash)}{Extension}");
    }

    /// <summary>Takes the extension off.</summary>
    /// <returns>False: this is no record's name.</returns>
    internal static bool TryGetStem(ReadOnlySpan<char> name, out ReadOnlySpan<char> stem)
    {
        stem = default;
        if (name.Length > MaxLength || !name.EndsWith(Extension, StringComparison.Ordinal)) return false;
        stem = name[..^Extension.Length];
        return true;
    }

    /// <returns><see cref="FileNameKind.Shortened"/>; <see cref="FileNameKind.Record"/> when the stem has no mark and
    /// has yet to be read; else <see cref="FileNameKind.Foreign"/>.</returns>
    internal static FileNameKind ReadShortened(ReadOnlySpan<char> stem, out int owner)
    {
        owner = 0;
        var mark = stem.IndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0) return FileNameKind.Record;
        var digits = stem[(mark + Mark.Length)..];
        if (digits.Length != OwnerDigits + HashDigits || digits.ContainsAnyExcept(LowerHex))
            return FileNameKind.Foreign;
        owner = (int)uint.Parse(digits[..OwnerDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        for (var prefix = stem[..mark]; !prefix.IsEmpty;)
        {
            if (FileNameText.TakeByte(ref prefix) < 0) return FileNameKind.Foreign;
        }

        return FileNameKind.Shortened;
    }
}
