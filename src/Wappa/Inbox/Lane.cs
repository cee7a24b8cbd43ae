namespace Wappa.Inbox;

/// <summary>Whose items run one after the other. Items about no user share the lane of their tenant with an empty
/// user.</summary>
internal readonly record struct LaneKey(string Tenant, string User);

/// <summary>The waiting items of one user, and the work item that runs them. It exists only while there is something to
/// do and is used again for another user afterwards. The inbox's lock guards the queue.</summary>
internal sealed class Lane(InProcessInbox inbox) : IThreadPoolWorkItem
{
    private Webhook? _first;
    private Webhook? _last;

    internal LaneKey Key { get; set; }

    /// <summary>The next lane to start, while a batch is being accepted.</summary>
    internal Lane? NextStarted { get; set; }

    internal void Append(Webhook item)
    {
        if (_last is null) _first = item;
        else _last.Next = item;
        _last = item;
    }

    internal Webhook? Take()
    {
        var item = _first;
        if (item is null) return null;
        _first = item.Next;
        if (_first is null) _last = null;
        item.Next = null;
        return item;
    }

    internal int Clear()
    {
        var count = 0;
        while (Take() is not null) count++;
        return count;
    }

    void IThreadPoolWorkItem.Execute() => _ = inbox.RunAsync(this);
}
