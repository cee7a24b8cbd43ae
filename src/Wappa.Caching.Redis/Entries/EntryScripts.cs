using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>The scripts, each put together of the parts in <c>Scripts/</c>. What has no tags runs one without the part for tags.</summary>
internal static class EntryScripts
{
    private const string Done = "\nreturn 1";
    private const string Over = "\nover()\n";

    internal static RedisScript Set { get; } = Of("set", "put", "beat", Done);

    internal static RedisScript SetTagged { get; } = Of("set", "tags", "put", "keep", "beat", Done);

    internal static RedisScript Add { get; } = Of("add", "put", "beat", Done);

    internal static RedisScript AddTagged { get; } = Of("add", "tags", "put", "keep", "beat", Done);

    internal static RedisScript Load { get; } = Of("load", "put", Over, Done);

    internal static RedisScript LoadTagged { get; } = Of("load", "tags", "put", "keep", Over, Done);

    internal static RedisScript Remove { get; } = Of("remove", "beat", "\nreturn head");

    /// <summary>Refuses the loads of an entry and leaves the entry. Its second key are the loads.</summary>
    internal static RedisScript Refuse { get; } = Of("local call = redis.call\nlocal loads = call('GET', KEYS[2])\n", "beat", Done);

    internal static RedisScript Slide { get; } = Of("slide");

    internal static RedisScript Renew { get; } = Of("renew");

    internal static RedisScript Drop { get; } = Of("drop");

    /// <summary>Where fences and loads stand on one server.</summary>
    internal static RedisScript Begin { get; } = Of("clock", "begin");

    /// <summary>The moment on a cluster, of a load or of a removal by tag.</summary>
    internal static RedisScript Moment { get; } = Of("clock", "\nreturn moment");

    /// <summary>The load on a cluster.</summary>
    internal static RedisScript BeginAt { get; } = Of("local call, stamp = redis.call, ARGV[1]\n", "begin");

    /// <summary>A removal by tag on one server. First the version: its removal works without memory as well. Before that a look at the
    /// fences: if they are another type, it ends there.</summary>
    internal static RedisScript RemoveTag { get; } =
        Of("redis.call('HLEN', KEYS[1])\nredis.call('GETDEL', KEYS[2])\n", "clock", "\nreturn moment");

    /// <summary>The version of one tag on a cluster.</summary>
    internal static RedisScript Version { get; } =
        Of("local call, first, versions = redis.call, 1, ''\n", "tags", "keep", "\nreturn versions");

    // What holds a space or a new line is Lua, the rest are names of files.
    private static RedisScript Of(params string[] parts) =>
        new(string.Concat(parts.Select(part => part.AsSpan().ContainsAny(' ', '\n') ? part : ProgramRunner.Source("entry-" + part))));
}

/// <summary>Keys and plain words for a script.</summary>
/// <param name="keys">The first decides the node.</param>
/// <param name="words">Further arguments.</param>
internal readonly struct ScriptWords(string[] keys, params string[] words) : IScriptArguments
{
    public string? Key => keys[0];

    public int KeyCount => keys.Length;

    public int ArgumentCount => words.Length;

    public void Write(ref CommandWriter writer)
    {
        foreach (var key in keys) writer.Write(key);
        foreach (var word in words) writer.Write(word);
    }
}

/// <summary>One key, the id an entry must still have, and words.</summary>
/// <param name="key">The entry.</param>
/// <param name="id">Its id.</param>
/// <param name="first">A further argument; null: none.</param>
/// <param name="second">Another one; null: none.</param>
internal readonly struct SameEntry(string key, long id, string? first = null, byte[]? second = null) : IScriptArguments
{
    public string? Key => key;

    public int KeyCount => 1;

    public int ArgumentCount => 1 + (first is null ? 0 : 1) + (second is null ? 0 : 1);

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        writer.Write(BitConverter.GetBytes(id));
        if (first is not null) writer.Write(first);
        if (second is not null) writer.Write(second);
    }
}

/// <summary>What <c>entry-renew.lua</c> is given.</summary>
/// <param name="key">The entry.</param>
/// <param name="there">As it was looked at.</param>
/// <param name="ttl">Its new time to live.</param>
/// <param name="milliseconds">After which it ends if nobody reads it.</param>
internal readonly struct RenewArguments(string key, StoredEntry there, TimeSpan ttl, long milliseconds) : IScriptArguments
{
    private readonly EntryHead _head = Renewed(there, ttl);

    public string? Key => key;

    public int KeyCount => 1;

    public int ArgumentCount => 5;

    public void Write(ref CommandWriter writer)
    {
        writer.Write(key);
        writer.Write(BitConverter.GetBytes(there.Id));
        writer.Write(milliseconds);
        writer.Write(there.ValueAt);
        writer.Write(_head.Bytes.AsSpan(0, _head.LifeAt));
        writer.Write(_head.Bytes.AsSpan(_head.LifeAt + EntryFormat.InstantLength));
    }

    private static EntryHead Renewed(in StoredEntry there, TimeSpan ttl)
    {
        var head = EntryFormat.Head(there.Entry! with { Ttl = ttl }, there.Fence, isRenewed: true);
        there.Versions.CopyTo(head.Bytes.AsSpan(head.VersionsAt)); // without tags: nothing
        return head;
    }
}
