using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wappa.Caching;

/// <summary>Making strong ETags: <c>"</c>, 22 characters, <c>"</c>, as they stand in the header.</summary>
/// <remarks>A tag is the first 128 bits of a SHA-256, in base64url: it tells nothing of what it was made of, needs no escaping, and is
/// the same on every node. By chance two contents share one about never; on purpose nobody finds two.</remarks>
public static class EntityTags
{
    /// <summary>What stands between a tag and the name of a content coding, for the coded form of the same content.</summary>
    internal const string CodingMark = "--";

    private const int TagBytes = 16;
    private const int TagLength = 24;
    private const int MaxTextOnStack = 256;
    private const char Quote = '"';

    /// <summary>The tag of a content.</summary>
    /// <param name="content">The bytes as they are sent. May be empty.</param>
    public static string Compute(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Write(hash);
    }

    /// <inheritdoc cref="Compute(ReadOnlySpan{byte})"/>
    public static string Compute(in ReadOnlySequence<byte> content)
    {
        if (content.IsSingleSegment) return Compute(content.FirstSpan);
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var segment in content) hasher.AppendData(segment.Span);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        hasher.GetHashAndReset(hash);
        return Write(hash);
    }

    /// <summary>The tag of a version of something: of its key and of what changes with every change of it.</summary>
    /// <param name="parts">E.g. <c>("user", id, version)</c>; <c>("a:b")</c> and <c>("a", "b")</c> are two tags.</param>
    /// <exception cref="ArgumentException">There is no part, or one is empty, longer than 256 characters or no text.</exception>
    public static string From(params ReadOnlySpan<CacheKeyPart> parts) => Compute(CacheKeyBuilder.Build("etag", parts));

    /// <summary>Whether a text is an ETag as RFC 9110 §8.8.3 writes it: <c>"x"</c> or <c>W/"x"</c>.</summary>
    public static bool IsValid(string? tag)
    {
        var rest = tag.AsSpan();
        if (rest.StartsWith("W/")) rest = rest[2..];
        if (rest.Length < 2 || rest[0] != Quote || rest[^1] != Quote) return false;
        foreach (var character in rest[1..^1])
        {
            // etagc: visible ASCII without the quote, and everything above ASCII that is no control character.
            if (character is <= ' ' or Quote or (>= '\x7F' and < '\x80')) return false;
        }

        return true;
    }

    /// <summary>A tag as it is; of any other text its hash.</summary>
    internal static string Of(string value) => IsValid(value) ? value : Compute(value);

    /// <summary>The tag of the same content in a coding: no two representations share a strong tag.</summary>
    /// <param name="tag">The content's. A weak one stays as it is.</param>
    /// <param name="coding"><c>Content-Encoding</c> of the response.</param>
    internal static string InCoding(string tag, string coding)
    {
        if (tag[0] != Quote) return tag;
        var plain = new StringBuilder(tag, 0, tag.Length - 1, tag.Length + coding.Length + CodingMark.Length).Append(CodingMark);
        foreach (var character in coding) plain.Append(char.IsAsciiLetterOrDigit(character) ? character : '.');
        return plain.Append(Quote).ToString();
    }

    /// <summary>Whether what follows a tag makes it the tag of the same content in a coding. Of those that middleware codes with: any other
    /// ending belongs to another version.</summary>
    internal static bool IsCoding(ReadOnlySpan<char> ending) =>
        ending.StartsWith(CodingMark) && ending[CodingMark.Length..] is ("gzip" or "br" or "zstd" or "deflate");

    private static string Compute(string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = length <= MaxTextOnStack ? null : ArrayPool<byte>.Shared.Rent(length);
        var bytes = rented ?? stackalloc byte[MaxTextOnStack];
        var tag = Compute(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return tag;
    }

    private static string Write(ReadOnlySpan<byte> hash)
    {
        Span<char> tag = stackalloc char[TagLength];
        tag[0] = tag[^1] = Quote;
        Base64Url.EncodeToChars(hash[..TagBytes], tag[1..]); // 22 characters, which leaves the closing quote alone
        return new string(tag);
    }
}
