using System.Buffers.Binary;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>What relies on tags.</summary>
internal interface IEntryTags
{
    /// <summary>The keys of their versions.</summary>
    string[] Tags { get; }

    /// <summary>How long it does, in milliseconds. Null: for good.</summary>
    long? Life { get; }
}

/// <summary>The versions of tags: compared by readers, made by writers.</summary>
internal sealed class TagVersions(EntryServer server)
{
    /// <summary>Whether an entry still has all its tags.</summary>
    internal async ValueTask<bool> AreCurrentAsync(EntryLayout layout, StoredEntry stored, CancellationToken cancellationToken)
    {
        if (!stored.HasTags) return true;
        if (stored.Entry!.Tags.Length > 1)
            return (await AreCurrentAsync(layout, [stored], cancellationToken).ConfigureAwait(false))[0];
        var version = await server.SendAsync(
            new GetCommand(layout.TagOf(stored.Entry.Tags[0])), EntryReplies.Version, Call(layout), cancellationToken)
            .ConfigureAwait(false);
        return version != 0 && version == BinaryPrimitives.ReadInt64LittleEndian(stored.Versions);
    }

    /// <summary>The same of many, in one flush a node; each tag is asked for once.</summary>
    internal async ValueTask<bool[]> AreCurrentAsync(
        EntryLayout layout, IReadOnlyList<StoredEntry> stored, CancellationToken cancellationToken)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var tag in stored.Where(one => one.HasTags).SelectMany(one => one.Entry!.Tags)) positions.TryAdd(tag, positions.Count);
        long[] versions = [];
        if (positions.Count > 0)
        {
            var commands = new GetCommand[positions.Count];
            foreach (var (tag, position) in positions) commands[position] = new(layout.TagOf(tag));
            versions = await server.SendManyAsync(commands, EntryReplies.Version, Call(layout), cancellationToken).ConfigureAwait(false);
        }

        var current = new bool[stored.Count];
        for (var i = 0; i < current.Length; i++) current[i] = IsCurrent(stored[i], positions, versions);
        return current;
    }

    /// <summary>Enters the versions into entries that are about to be written, for writes that cannot do so themselves: where tags
    /// live on other nodes. Missing ones are made.</summary>
    internal async ValueTask EnterAsync(EntryLayout layout, IReadOnlyList<EntryWrite> writes, CancellationToken cancellationToken)
    {
        if (!layout.IsCluster) return;
        var versions = await EnsureAsync(layout, writes, cancellationToken).ConfigureAwait(false);
        var next = 0;
        foreach (var write in writes)
        {
            for (var i = 0; i < write.Tags.Length; i++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(
                    write.Head.Bytes.AsSpan(write.Head.VersionsAt + (EntryFormat.VersionLength * i)), versions[next++]);
            }
        }
    }

    /// <summary>Makes versions outlive what relies on them.</summary>
    /// <returns>The versions of the first one's tags, then of the next one's.</returns>
    internal async ValueTask<long[]> EnsureAsync(
        EntryLayout layout, IReadOnlyList<IEntryTags> tagged, CancellationToken cancellationToken)
    {
        var commands = tagged.SelectMany(one => one.Tags.Select(tag => new ScriptCall<TagArguments>(
            EntryScripts.Version, new(tag, one.Life, Random.Shared.NextInt64(1, long.MaxValue))))).ToArray();
        return commands.Length == 0
            ? []
            : await server.SendManyAsync(commands, EntryReplies.Version, Call(layout), cancellationToken).ConfigureAwait(false);
    }

    private static bool IsCurrent(in StoredEntry stored, Dictionary<string, int> positions, long[] versions)
    {
        if (!stored.HasTags) return true;
        var tags = stored.Entry!.Tags;
        for (var i = 0; i < tags.Length; i++)
        {
            var version = versions[positions[tags[i]]];
            var written = BinaryPrimitives.ReadInt64LittleEndian(stored.Versions.AsSpan(EntryFormat.VersionLength * i));
            if (version == 0 || version != written) return false;
        }

        return true;
    }

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database, Idempotent = true };
}

/// <summary>One tag and how long its version must live.</summary>
/// <param name="tag">The key of its version.</param>
/// <param name="life">In milliseconds; null: for good.</param>
/// <param name="version">If it has none.</param>
internal readonly struct TagArguments(string tag, long? life, long version) : IScriptArguments
{
    public string? Key => tag;

    public int KeyCount => 1;

    public int ArgumentCount => 3;

    public void Write(ref CommandWriter writer)
    {
        writer.Write(tag);
        writer.Write(""u8);
        WriteLife(ref writer, life);
        writer.Write(BitConverter.GetBytes(version));
    }

    internal static void WriteLife(ref CommandWriter writer, long? life)
    {
        if (life is { } milliseconds) writer.Write(milliseconds);
        else writer.Write(""u8);
    }
}
