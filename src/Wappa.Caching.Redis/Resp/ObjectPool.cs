namespace Wappa.Caching.Redis.Resp;

/// <summary>Objects to be used again. Each thread has some at hand, without any synchronisation; threads that only take and
/// threads that only return trade through a shared shelf, several at a time.</summary>
/// <typeparam name="T">What is kept; in its state of rest.</typeparam>
internal static class ObjectPool<T>
    where T : class
{
    private const int AtHand = 32;
    private const int OnShelf = 1024;

    private static readonly Lock Gate = new();
    private static readonly T?[] Shelf = new T?[OnShelf];
    private static int _onShelf;

    [ThreadStatic]
    private static Hand? _hand;

    internal static T? TryTake()
    {
        var hand = _hand ??= new Hand();
        if (hand.Count == 0 && Volatile.Read(ref _onShelf) > 0) Fetch(hand);
        if (hand.Count == 0) return null;
        var item = hand.Items[--hand.Count];
        hand.Items[hand.Count] = null;
        return item;
    }

    internal static void Return(T item)
    {
        var hand = _hand ??= new Hand();
        if (hand.Count == AtHand) PutBack(hand);
        hand.Items[hand.Count++] = item;
    }

    private static void Fetch(Hand hand)
    {
        lock (Gate)
        {
            while (hand.Count < AtHand / 2 && _onShelf > 0)
            {
                hand.Items[hand.Count++] = Shelf[--_onShelf];
                Shelf[_onShelf] = null;
            }
        }
    }

    private static void PutBack(Hand hand)
    {
        lock (Gate)
        {
            while (hand.Count > AtHand / 2)
            {
                var item = hand.Items[--hand.Count];
                hand.Items[hand.Count] = null;
                if (_onShelf < OnShelf) Shelf[_onShelf++] = item; // beyond that the garbage collector has them
            }
        }
    }

    private sealed class Hand
    {
        internal readonly T?[] Items = new T?[AtHand];
        internal int Count;
    }
}
