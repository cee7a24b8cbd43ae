using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Primitives;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Responses;

/// <summary>How a response stands in the store.</summary>
/// <remarks>
/// <code>
/// 1 byte   version, 1            2 bytes  status            8 bytes  when it was made, Unix milliseconds
/// 1 byte   kind                  4 bytes  length of head    8 bytes  how long it was fresh, milliseconds
/// head:    texts, each 7-bit length and UTF-8: the ETag, then the number of headers, of each its name, the number of its
///          values and these; of a rule the number of names and these
/// the rest is the body
/// </code>
/// Numbers are little-endian. What another version wrote is a miss, so nodes of two releases may share a store.
/// </remarks>
internal sealed class StoredResponseFormat : IValueFormat<StoredResponse>
{
    internal const byte Version = 1;
    private const int FixedBytes = 24;

    /// <inheritdoc/>
    public byte[] Encode(StoredResponse value) =>
        value.Stored.TryGetWhole() ?? throw new CacheSerializationException("A response that is not to be stored has no form.");

    /// <inheritdoc/>
    public StoredResponse Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Read(bytes);
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or DecoderFallbackException)
        {
            throw new CacheSerializationException("A stored response is cut off or was written by something else.", error);
        }
    }

    /// <summary>A response with its bytes.</summary>
    internal static StoredResponse Make(
        int status, DateTimeOffset madeAt, TimeSpan freshFor, KeyValuePair<string, StringValues>[] headers, string etag,
        ReadOnlySpan<byte> body)
    {
        var head = new HeadWriter();
        head.Text(etag);
        head.Headers(headers);
        var stored = New(ResponseKind.Response, status, madeAt, freshFor, head.Written, body);
        return new StoredResponse
        {
            Kind = ResponseKind.Response, Status = status, MadeAt = madeAt, FreshFor = freshFor, Headers = headers, ETag = etag,
            Stored = stored, Body = stored.AsMemory(stored.Length - body.Length),
        };
    }

    /// <summary>A rule with its bytes.</summary>
    internal static StoredResponse MakeRule(string[] vary, DateTimeOffset madeAt, TimeSpan freshFor, StoredVariant? first)
    {
        var head = new HeadWriter();
        head.Number(vary.Length);
        foreach (var name in vary) head.Text(name);
        return new StoredResponse
        {
            Kind = ResponseKind.Rule, MadeAt = madeAt, FreshFor = freshFor, Vary = vary, FirstVariant = first,
            Stored = New(ResponseKind.Rule, 0, madeAt, freshFor, head.Written, []),
        };
    }

    private static byte[] New(
        ResponseKind kind, int status, DateTimeOffset madeAt, TimeSpan freshFor, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(FixedBytes + head.Length + body.Length);
        bytes[0] = Version;
        bytes[1] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)status);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), head.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), madeAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), (long)freshFor.TotalMilliseconds);
        head.CopyTo(bytes.AsSpan(FixedBytes));
        body.CopyTo(bytes.AsSpan(FixedBytes + head.Length));
        return bytes;
    }

    private static StoredResponse Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < FixedBytes || span[0] != Version) throw new ArgumentException("Another version.");
        var head = new HeadReader(span.Slice(FixedBytes, BinaryPrimitives.ReadInt32LittleEndian(span[4..])));
        var madeAt = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(span[8..]));
        var freshFor = TimeSpan.FromMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(span[16..]));
        return (ResponseKind)span[1] switch
        {
            ResponseKind.Response => new StoredResponse
            {
                Kind = ResponseKind.Response, Status = BinaryPrimitives.ReadUInt16LittleEndian(span[2..]), MadeAt = madeAt,
                FreshFor = freshFor, ETag = head.Text(), Headers = head.Headers(), Stored = bytes,
                Body = bytes[(FixedBytes + head.Length)..],
            },
            ResponseKind.Rule => new StoredResponse
            {
                Kind = ResponseKind.Rule, MadeAt = madeAt, FreshFor = freshFor, Vary = head.Texts(), Stored = bytes,
            },
            _ => throw new ArgumentException("Neither a response nor a rule."),
        };
    }
}
