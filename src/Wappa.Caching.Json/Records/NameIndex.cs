using System.Buffers.Binary;
using System.Text;

namespace Wappa.Caching.Json.Records;

/// <summary>
/// The names of all record files, by owner: what makes listing and erasing a user or a table cost what it has. It is read from
/// the directories in the background after the opening, and kept in step by checkpoints.
/// </summary>
/// <remarks>
/// <para>In memory, about 25 bytes and what a name has after its last <c>_</c>, and not on disk: a second truth there could be
/// wrong, and would have to be repaired after every hand that touched the folder. Reading a million names takes about a
/// second.</para>
/// <para>What a name has up to its last <c>_</c> - directory, tenant, handler or table - is in a million names, so it is kept
/// once, under a number. There are never more than a few thousand of these: a prefix that came too late is kept with its
/// names. As none is ever taken out, a name is taken apart the same way for as long as it is there.</para>
/// <para>Two chains lead to a name: by the name itself, which is short, and by its owner, which for a table may be as long as
/// the index. A name that goes is taken out of the first at once and out of the second when that is walked.</para>
/// </remarks>
internal sealed class NameIndex
{
    private const string Suffix = ".json";
    private const int LongestPath = 1024;
    private const int HeaderBytes = 4; // length and prefix
    private const int MostPrefixes = 4096;
    private const int BlockBits = 20;
    private const int None = -1;

    private readonly Lock _lock = new();
    private volatile TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte[]> _blocks = [];
    private readonly List<string> _prefixes = [""];
    private readonly Dictionary<string, int> _prefixNumbers = new(StringComparer.Ordinal);
    private int _used; // bytes of the last block
    private int[] _byName = NewHeads(8);
    private int[] _byOwner = NewHeads(8);
    private Name[] _names = new Name[16];
    private int _count;
    private int _gone;

    /// <summary>Ends when all names that were there at the opening are in it.</summary>
    internal Task Complete => _complete.Task;

    /// <summary>How many names there are.</summary>
    internal int Count
    {
        get
        {
            lock (_lock) return _count - _gone;
        }
    }

    internal void SetComplete() => _complete.TrySetResult();

    internal void SetFailed(Exception error) => _complete.TrySetException(error);

    /// <summary>Begins to wait again after <see cref="SetFailed"/>. What was entered stays.</summary>
    /// <returns>Whether the caller is the one who has to read the names.</returns>
    internal bool TryStartAgain()
    {
        lock (_lock)
        {
            if (!_complete.Task.IsFaulted) return false;
            _complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>Enters a record's file.</summary>
    internal void Add(IRecordLayout layout, in RecordKey key)
    {
        var path = layout.PathOf(key);
        Add(path, layout.OwnerHash(key.Kind, key.Tenant, key.Owner));
    }

    /// <summary>Enters a file.</summary>
    /// <param name="path">Relative to the root; ASCII.</param>
    /// <param name="owner">The hash of the record's owner.</param>
    internal void Add(ReadOnlySpan<char> path, int owner)
    {
        var hash = string.GetHashCode(path);
        lock (_lock)
        {
            if (Find(path, hash, out _) != None) return;
            if (_count == _names.Length) Grow();
            var at = _count++;
            ref var byName = ref _byName[hash & (_byName.Length - 1)];
            ref var byOwner = ref _byOwner[owner & (_byOwner.Length - 1)];
            _names[at] = new Name { Text = Store(path), Owner = owner, NextByName = byName, NextByOwner = byOwner };
            byName = byOwner = at;
        }
    }

    /// <summary>Takes a file out, if it is in.</summary>
    internal void Remove(ReadOnlySpan<char> path)
    {
        var hash = string.GetHashCode(path);
        lock (_lock)
        {
            var at = Find(path, hash, out var before);
            if (at == None) return;
            if (before == None) _byName[hash & (_byName.Length - 1)] = _names[at].NextByName;
            else _names[before].NextByName = _names[at].NextByName;
            _names[at].Text = None;
            _gone++;
            if (_gone > 1024 && _gone > _count / 2) Rebuild(_names.Length);
        }
    }

    /// <summary>The files of one owner, and now and then of another one whose hash is the same. Paths relative to the
    /// root.</summary>
    internal List<string> Of(int owner)
    {
        var found = new List<string>();
        lock (_lock)
        {
            for (var at = _byOwner[owner & (_byOwner.Length - 1)]; at != None; at = _names[at].NextByOwner)
            {
                if (_names[at].Owner == owner && _names[at].Text != None) found.Add(PathAt(_names[at].Text));
            }
        }

        return found;
    }

    /// <summary>Some of the names, for walking through all of them in many steps.</summary>
    /// <param name="from">Where the last step ended; 0 at first. Set to 0 at the end.</param>
    /// <param name="most">How many at most.</param>
    internal List<string> Some(ref int from, int most)
    {
        var found = new List<string>();
        lock (_lock)
        {
            for (; from < _count && found.Count < most; from++)
            {
                if (_names[from].Text != None) found.Add(PathAt(_names[from].Text));
            }

            if (from >= _count) from = 0;
        }

        return found;
    }

    private int Find(ReadOnlySpan<char> path, int hash, out int before)
    {
        before = None;
        var name = Split(path, learns: false, out var prefix);
        for (var at = _byName[hash & (_byName.Length - 1)]; at != None; at = _names[at].NextByName)
        {
            if (Ascii.Equals(name, TextAt(_blocks, _names[at].Text, out var other)) && other == prefix) return at;
            before = at;
        }

        return None;
    }

    private int Store(ReadOnlySpan<char> path)
    {
        var name = Split(path, learns: true, out var prefix);
        var size = HeaderBytes + name.Length;
        if (_blocks.Count == 0 || _used + size > _blocks[^1].Length)
        {
            _blocks.Add(new byte[_blocks.Count == 0 ? 1 << 12 : 1 << BlockBits]);
            _used = 0;
        }

        var text = ((_blocks.Count - 1) << BlockBits) + _used;
        var block = _blocks[^1].AsSpan(_used);
        BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block[2..], (ushort)prefix);
        Encoding.ASCII.GetBytes(name, block[HeaderBytes..]);
        _used += size;
        return text;
    }

    /// <returns>What is left between the prefix and <see cref="Suffix"/>.</returns>
    private ReadOnlySpan<char> Split(ReadOnlySpan<char> path, bool learns, out int prefix)
    {
        if (!path.EndsWith(Suffix)) throw new ArgumentException("No record has such a path.", nameof(path));
        path = path[..^Suffix.Length];
        var start = path[..(path.LastIndexOf('_') + 1)];
        if (!_prefixNumbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(start, out prefix))
        {
            if (!learns || _prefixes.Count == MostPrefixes)
            {
                prefix = 0; // no name has this prefix by its number
                return path;
            }

            prefix = _prefixes.Count;
            _prefixes.Add(start.ToString());
            _prefixNumbers.Add(_prefixes[prefix], prefix);
        }

        return path[start.Length..];
    }

    private string PathAt(int text)
    {
        Span<char> path = stackalloc char[LongestPath];
        return path[..Join(_blocks, text, path)].ToString();
    }

    private int Join(IReadOnlyList<byte[]> blocks, int text, Span<char> path)
    {
        var name = TextAt(blocks, text, out var prefix);
        _prefixes[prefix].CopyTo(path);
        var length = _prefixes[prefix].Length;
        length += Encoding.ASCII.GetChars(name, path[length..]);
        Suffix.CopyTo(path[length..]);
        return length + Suffix.Length;
    }

    private static ReadOnlySpan<byte> TextAt(IReadOnlyList<byte[]> blocks, int text, out int prefix)
    {
        var block = blocks[text >> BlockBits].AsSpan(text & ((1 << BlockBits) - 1));
        prefix = BinaryPrimitives.ReadUInt16LittleEndian(block[2..]);
        return block.Slice(HeaderBytes, BinaryPrimitives.ReadUInt16LittleEndian(block));
    }

    private void Grow()
    {
        if (_gone > _count / 4) Rebuild(_names.Length);
        else Rebuild(_names.Length * 2);
    }

    // The texts of names that are gone go with it. Only the arrays double; texts are copied if there is something to win.
    private void Rebuild(int size)
    {
        var (old, count, blocks) = (_names, _count, _blocks.ToArray());
        var compact = _gone > 0;
        if (compact)
        {
            _blocks.Clear();
            _used = 0;
        }

        _names = new Name[size];
        _byName = NewHeads(size / 2); // two names a chain: shorter ones are not worth their room beside a call to the disk
        _byOwner = NewHeads(size / 2);
        _count = _gone = 0;
        Span<char> path = stackalloc char[LongestPath];
        for (var i = 0; i < count; i++)
        {
            if (old[i].Text == None) continue;
            var text = path[..Join(blocks, old[i].Text, path)];
            ref var byName = ref _byName[string.GetHashCode(text) & (_byName.Length - 1)];
            ref var byOwner = ref _byOwner[old[i].Owner & (_byOwner.Length - 1)];
            _names[_count] = old[i] with { Text = compact ? Store(text) : old[i].Text, NextByName = byName, NextByOwner = byOwner };
            byName = byOwner = _count++;
        }
    }

    private static int[] NewHeads(int size)
    {
        var heads = new int[size];
        Array.Fill(heads, None);
        return heads;
    }

    private record struct Name
    {
        internal int Text;
        internal int Owner;
        internal int NextByName;
        internal int NextByOwner;
    }
}
