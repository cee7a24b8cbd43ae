namespace Wappa.Caching.Redis.Resp;

/// <summary>A command of the client's own, made of ready words: for handshakes and the like, where speed does not matter.</summary>
/// <param name="words">The command's name, then its arguments.</param>
internal readonly struct Words(params string[] words) : IRedisCommand
{
    /// <inheritdoc/>
    public string? Key => null;

    /// <inheritdoc/>
    public void Write(ref CommandWriter writer)
    {
        writer.Begin(System.Text.Encoding.ASCII.GetBytes(words[0]), words.Length - 1);
        foreach (var word in words.AsSpan(1)) writer.Write(word);
    }
}
