using System.Buffers;
using System.Globalization;
using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Which keys Redis knows entries, their loads and their tags by. Different texts never share one.</summary>
/// <param name="options">The prefix and the database.</param>
/// <param name="isCluster">An entry and its loads must share a slot.</param>
internal sealed class EntryLayout(EntryStoreOptions options, bool isCluster)
{
    // The number of stripes bounds the hash of fences. More would only make a needless refusal rarer still.
    private const int Stripes = 1024;

    private const string OddOnCluster = "%b:{%}";

    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create("*?[]\\^");

    private readonly string _prefix = options.KeyPrefix;
    private readonly string _loads = options.KeyPrefix + "%load:";
    private readonly string _tags = options.KeyPrefix + "%tag:";

    internal bool IsCluster => isCluster;

    internal int Database { get; } = isCluster ? 0 : options.Database;

    /// <summary>The clock of fences and the moments of removals by tag.</summary>
    internal string Fences { get; } = options.KeyPrefix + "%fences";

    /// <summary>The key of an entry. Without prefix, and not on a cluster, mostly the same string.</summary>
    internal string KeyOf(string key)
    {
        if (!isCluster) return Plain(key);

        // Redis hashes what stands between the first brace and the next closing one, unless that is nothing.
        return key[0] == '}' ? $"{_prefix}{OddOnCluster}{key}" : $"{_prefix}{{{key}}}";
    }

    /// <summary>The loads of an entry, by the key of that.</summary>
    internal string LoadsOf(string entryKey) => string.Concat(_loads, entryKey.AsSpan(_prefix.Length));

    internal string TagOf(string tag) => _tags + tag;

    /// <summary>A lock and the number of its last holder, which share a slot.</summary>
    internal (string Lock, string Number) LockOf(string name)
    {
        var place = name;
        if (isCluster) place = name[0] == '}' ? "{%}" + name : $"{{{name}}}";
        return ($"{_prefix}%lock:{place}", $"{_prefix}%turn:{place}");
    }

    /// <summary>The field of the fences that remembers the removals of a tag, and of some others.</summary>
    internal static string StripeOf(string tag) =>
        "t" + (HashSlot.Of(tag) % Stripes).ToString(CultureInfo.InvariantCulture);

    /// <summary>The pattern of all entries whose key begins with a prefix, nothing in which is special.</summary>
    internal string EntryPattern(string prefix) => Escape(BeginningOf(prefix)) + "*";

    /// <summary>The pattern of their loads.</summary>
    internal string LoadPattern(string prefix) => Escape(LoadsOf(BeginningOf(prefix))) + "*";

    private string BeginningOf(string prefix)
    {
        if (!isCluster) return Plain(prefix);
        return prefix[0] == '}' ? $"{_prefix}{OddOnCluster}{prefix}" : $"{_prefix}{{{prefix}";
    }

    private string Plain(string key)
    {
        if (key[0] == '%') return $"{_prefix}%{key}";
        return _prefix.Length == 0 ? key : _prefix + key;
    }

    private static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(PatternCharacters)) return text;
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            if (PatternCharacters.Contains(character)) escaped.Append('\\');
            escaped.Append(character);
        }

        return escaped.ToString();
    }
}
