namespace Wappa.Caching.Redis.Resp;

/// <summary>What a connection's reader tells. Called on the reading thread: nothing here may block.</summary>
internal interface IWireOwner
{
    /// <summary>An error came as a reply.</summary>
    /// <returns>True: the owner has taken the command back and will try again. False: the error is the caller's.</returns>
    bool TryTakeBack(Wire wire, PendingCommand pending, ReadOnlySpan<byte> error);

    /// <summary>Something came that no command asked for.</summary>
    void OnPush(Wire wire, ref RespReader reader);

    /// <summary>Replies were taken off: there is room for more commands.</summary>
    void OnRoom(Wire wire);

    /// <summary>The connection is over.</summary>
    /// <param name="wire">The one that is over.</param>
    /// <param name="left">Commands without a reply, in the order of their sending.</param>
    void OnClosed(Wire wire, IReadOnlyList<PendingCommand> left);
}
