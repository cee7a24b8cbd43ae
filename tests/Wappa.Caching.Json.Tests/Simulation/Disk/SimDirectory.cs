namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>A name and the number of the file behind it.</summary>
internal readonly record struct SimName(string Name, int File);

/// <summary>
/// The names in a directory, twice: as everybody sees them, and as they are on the platter, with the changes in between. A
/// power cut keeps each change or loses it, on its own; a rename is one change, so there is the old name or the new one.
/// </summary>
/// <remarks>Copied on write, as <see cref="SimFile"/>.</remarks>
internal sealed class SimDirectory(object owner, string path, int parent)
{
    private SimName[] _platter = [];

    /// <summary>Who may change it; everybody else copies it first.</summary>
    internal object Owner => owner;

    internal string Path => path;

    /// <summary>The directory above; -1: this is the root of the disk.</summary>
    internal int Parent => parent;

    /// <summary>Whether its own name is on the platter.</summary>
    internal bool IsDurable { get; set; }

    internal List<SimName> Names { get; private init; } = [];

    private List<NameChange> Changes { get; init; } = [];

    internal bool IsSynced => Changes.Count == 0;

    internal SimDirectory CopyFor(object newOwner) => new(newOwner, path, parent)
    {
        IsDurable = IsDurable, _platter = _platter, Names = [.. Names], Changes = [.. Changes],
    };

    internal int Find(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (name.SequenceEqual(Names[i].Name)) return i;
        }

        return -1;
    }

    internal void Add(string name, int file) => Change(new(null, name, file, 0));

    internal void Remove(string name) => Change(new(name, null, 0, 0));

    internal void Rename(string from, string to, int file) => Change(new(from, to, file, 0));

    /// <summary>One half of a move between directories; both halves have its number and share their fate until one of the two
    /// directories is synced.</summary>
    internal void MoveOut(string name, int move) => Change(new(name, null, 0, move));

    internal void MoveIn(string name, int file, int move) => Change(new(null, name, file, move));

    internal void Sync()
    {
        if (Changes.Count == 0) return;
        _platter = [.. Names];
        Changes.Clear();
    }

    /// <summary>The directory after a power cut.</summary>
    /// <param name="newOwner">The disk it is for.</param>
    /// <param name="choices">What survives.</param>
    /// <param name="moves">The fate of moves between directories so far.</param>
    /// <param name="newParent">Which directory is above it then.</param>
    internal SimDirectory AfterPowerCut(object newOwner, Choices choices, Dictionary<int, bool> moves, int newParent)
    {
        if (Changes.Count == 0 && IsDurable && newParent == parent) return this;
        List<SimName> names = [.. _platter];
        foreach (var change in Changes)
        {
            if (!moves.TryGetValue(change.Move, out var kept)) kept = choices.Next(2) == 1;
            if (change.Move != 0) moves[change.Move] = kept;
            if (kept) change.ApplyTo(names);
        }

        return new(newOwner, path, newParent) { IsDurable = true, Names = names, _platter = [.. names] };
    }

    private void Change(in NameChange change)
    {
        change.ApplyTo(Names);
        Changes.Add(change);
    }

    private readonly record struct NameChange(string? Gone, string? Come, int File, int Move)
    {
        internal void ApplyTo(List<SimName> names)
        {
            if (Gone is not null) Remove(names, Gone);
            if (Come is null) return;
            Remove(names, Come);
            names.Add(new(Come, File));
        }

        private static void Remove(List<SimName> names, string name)
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (names[i].Name != name) continue;
                names.RemoveAt(i);
                return;
            }
        }
    }
}
