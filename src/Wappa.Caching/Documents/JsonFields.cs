using System.Runtime.InteropServices;

namespace Wappa.Caching.Documents;

/// <summary>The fields of an object that is being read: in the order of their first appearance, the last value of each
/// name. O(1) for a field, however many there are.</summary>
internal sealed class JsonFields
{
    // A record of so many fields is searched faster than it is indexed.
    private const int FewFields = 16;

    private readonly List<(string Name, byte[] Value)> _fields = [];
    private Dictionary<string, int>? _index;

    internal ReadOnlySpan<(string Name, byte[] Value)> InOrder => CollectionsMarshal.AsSpan(_fields);

    internal void Set(string name, byte[] value)
    {
        var known = Find(name);
        if (known >= 0)
        {
            _fields[known] = (name, value);
            return;
        }

        _fields.Add((name, value));
        if (_index is not null) _index.Add(name, _fields.Count - 1);
        else if (_fields.Count > FewFields) _index = MakeIndex();
    }

    private int Find(string name)
    {
        if (_index is not null) return _index.GetValueOrDefault(name, -1);
        for (var number = 0; number < _fields.Count; number++)
        {
            if (_fields[number].Name == name) return number;
        }

        return -1;
    }

    private Dictionary<string, int> MakeIndex()
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var number = 0; number < _fields.Count; number++) index.Add(_fields[number].Name, number);
        return index;
    }
}
