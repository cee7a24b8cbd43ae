using System.Buffers;

namespace Wappa.Caching.Documents;

/// <summary>Lays the fields of one object over those of another in a single walk of each. It runs while a store holds a
/// record's lock, so it must not copy the record once per field.</summary>
internal static class FieldMerge
{
    // Up to here a look at each given name is faster than a dictionary.
    private const int FewFields = 16;

    /// <summary>The fields of <paramref name="target"/> in their places, replaced where <paramref name="given"/> has the
    /// name; then the rest of <paramref name="given"/>.</summary>
    /// <param name="target">An object as <see cref="JsonText"/> demands it.</param>
    /// <param name="given">Another.</param>
    internal static byte[] Merge(byte[] target, byte[] given)
    {
        var fields = Fields(given);
        var index = fields.Count > FewFields ? Index(fields) : null;
        var output = ArrayPool<byte>.Shared.Rent(target.Length + given.Length);
        try
        {
            var length = Write(target, fields, index, output);
            return output.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private static int Write(byte[] target, List<Field> fields, Dictionary<Field, int>? index, byte[] output)
    {
        var placed = fields.Count > 0 ? new bool[fields.Count] : [];
        var at = 0;
        output[at++] = (byte)'{';
        var reader = new FieldReader(target);
        while (reader.MoveNext())
        {
            var own = new Field(target, reader);
            var replacement = index is null ? fields.IndexOf(own) : index.GetValueOrDefault(own, -1);
            if (replacement >= 0) placed[replacement] = true;
            Add(replacement >= 0 ? fields[replacement] : own, output, ref at);
        }

        for (var number = 0; number < fields.Count; number++)
        {
            if (!placed[number]) Add(fields[number], output, ref at);
        }

        output[at++] = (byte)'}';
        return at;
    }

    private static void Add(Field field, byte[] output, ref int at)
    {
        if (at > 1) output[at++] = (byte)',';
        field.Text.CopyTo(output.AsSpan(at));
        at += field.Text.Length;
    }

    private static List<Field> Fields(byte[] json)
    {
        var fields = new List<Field>();
        var reader = new FieldReader(json);
        while (reader.MoveNext()) fields.Add(new(json, reader));
        return fields;
    }

    private static Dictionary<Field, int> Index(List<Field> fields)
    {
        var index = new Dictionary<Field, int>(fields.Count);
        for (var number = 0; number < fields.Count; number++) index.Add(fields[number], number);
        return index;
    }

    /// <summary>A field where it stands. Equal by name alone: names are in one escaping, so their bytes decide.</summary>
    private readonly struct Field(byte[] json, FieldReader field) : IEquatable<Field>
    {
        private readonly int _nameStart = field.NameStart;
        private readonly int _nameLength = field.Name.Length;
        private readonly int _end = field.ValueEnd;

        internal ReadOnlySpan<byte> Text => json.AsSpan(_nameStart, _end - _nameStart);

        private ReadOnlySpan<byte> Name => json.AsSpan(_nameStart + 1, _nameLength);

        public bool Equals(Field other) => Name.SequenceEqual(other.Name);

        public override bool Equals(object? obj) => obj is Field other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(Name);
            return hash.ToHashCode();
        }
    }
}
