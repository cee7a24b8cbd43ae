namespace Wappa.Inbox;

/// <summary>The items of one POST in their order, linked through <see cref="Webhook.Next"/>.</summary>
internal struct WebhookBatch
{
    private Webhook? _last;

    internal Webhook? First { get; private set; }

    internal int Count { get; private set; }

    internal void Add(Webhook item)
    {
        if (_last is null) First = item;
        else _last.Next = item;
        _last = item;
        Count++;
    }
}
