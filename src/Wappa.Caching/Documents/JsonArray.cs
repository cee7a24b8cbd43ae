using System.Buffers;

namespace Wappa.Caching.Documents;

/// <summary>Appending to a raw JSON array, from which the oldest items may have to go.</summary>
internal static class JsonArray
{
    internal static byte[] Of(ReadOnlySpan<byte> item) => [(byte)'[', .. item, (byte)']'];

    /// <exception cref="CacheTypeException"><paramref name="array"/> is not an array.</exception>
    internal static byte[] Append(ReadOnlySpan<byte> array, ReadOnlySpan<byte> item, int maxLength, out int length)
    {
        if (array is not [(byte)'[', ..])
        {
            throw new CacheTypeException(
                $"Append needs an array, but the field holds {JsonKind.Describe(array)}; nothing changed.");
        }

        var before = Count(array);
        length = Math.Min(before, maxLength - 1) + 1;
        var keepFrom = SkipItems(array, before - (length - 1));
        var kept = array[keepFrom..^1];
        var output = new ArrayBufferWriter<byte>(kept.Length + item.Length + 3);
        output.Write("["u8);
        output.Write(kept);
        if (length > 1) output.Write(","u8);
        output.Write(item);
        output.Write("]"u8);
        return output.WrittenSpan.ToArray();
    }

    private static int Count(ReadOnlySpan<byte> array)
    {
        var (count, at) = (0, 1);
        while (true)
        {
            at = FieldReader.SkipSpaceAnd(array, at, (byte)',');
            if (array[at] == ']') return count;
            at = FieldReader.EndOfValue(array, at);
            count++;
        }
    }

    private static int SkipItems(ReadOnlySpan<byte> array, int items)
    {
        var at = 1;
        for (var skipped = 0; skipped < items; skipped++)
            at = FieldReader.EndOfValue(array, FieldReader.SkipSpaceAnd(array, at, (byte)','));
        return FieldReader.SkipSpaceAnd(array, at, (byte)',');
    }
}
