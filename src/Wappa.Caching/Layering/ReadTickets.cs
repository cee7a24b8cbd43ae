namespace Wappa.Caching.Layering;

/// <summary>Decides in O(1) space whether what a read brought may be kept: every change takes the next number of one count, and a read
/// whose ticket is lower than the number of a change that concerns it keeps nothing.</summary>
/// <remarks>
/// <para>Unlike <see cref="Memory.LoadFences"/>, a write here takes time: from <see cref="BeginWrite"/> to <see cref="EndWrite"/> the
/// shared store may hold the old value or the new one, so meanwhile nothing of its key is kept, and what was read meanwhile is refused
/// by the number it takes at its end.</para>
/// <para>A gap takes a number at its beginning <em>and</em> at its end. <i>Interleaving:</i> a read takes its ticket in the gap and reads
/// the old value; it is changed, untold; changes are told again; the read comes home, and no change it knows of is newer than its
/// ticket. The number at the end is.</para>
/// <para>All but <see cref="Take"/> and <see cref="IsUnchanged"/> are under <see cref="Gate"/>, in the same hold as the keeping or dropping
/// they belong to.</para>
/// </remarks>
internal sealed class ReadTickets
{
    /// <summary>The ticket of a read that may keep nothing.</summary>
    internal const long None = -1;

    internal const int Stripes = 1024;

    private readonly Stripe[] _keys = new Stripe[Stripes];
    private readonly Stripe[] _groups = new Stripe[Stripes];
    private Stripe _everything;
    private long _last;
    private bool _isListening;

    internal Lock Gate { get; } = new();

    /// <summary>The ticket of a read that begins now. Any thread.</summary>
    internal long Take() => Volatile.Read(ref _isListening) ? Volatile.Read(ref _last) : None;

    /// <summary>Changes are told from now on.</summary>
    internal void Open()
    {
        ChangeEverything();
        Volatile.Write(ref _isListening, true);
    }

    /// <summary>Changes are not told any more.</summary>
    /// <returns>Whether they were.</returns>
    internal bool Close()
    {
        ChangeEverything();
        var was = _isListening;
        Volatile.Write(ref _isListening, false);
        return was;
    }

    internal void ChangeEverything() => Volatile.Write(ref _everything.Changed, Next());

    internal void Change(int key) => Volatile.Write(ref _keys[Place(key)].Changed, Next());

    internal void ChangeGroup(int group) => Volatile.Write(ref _groups[Place(group)].Changed, Next());

    internal void BeginWrite(int key)
    {
        Change(key);
        _keys[Place(key)].Writes++;
    }

    internal void EndWrite(int key)
    {
        Change(key);
        _keys[Place(key)].Writes--;
    }

    internal void BeginGroupWrite(int group)
    {
        ChangeGroup(group);
        _groups[Place(group)].Writes++;
    }

    internal void EndGroupWrite(int group)
    {
        ChangeGroup(group);
        _groups[Place(group)].Writes--;
    }

    internal void BeginWriteOfEverything()
    {
        ChangeEverything();
        _everything.Writes++;
    }

    internal void EndWriteOfEverything()
    {
        ChangeEverything();
        _everything.Writes--;
    }

    /// <summary>Whether what was read with this ticket may be kept, as far as its key and everything are concerned.</summary>
    internal bool Allows(long ticket, int key) =>
        ticket != None && _isListening && _everything.Allows(ticket) && _keys[Place(key)].Allows(ticket);

    /// <summary>The same for one of its groups.</summary>
    internal bool AllowsGroup(long ticket, int group) => _groups[Place(group)].Allows(ticket);

    /// <summary>Whether no change since the ticket concerns what has this key and this group. Any thread: a number is written before what
    /// it stands for can be seen here.</summary>
    internal bool IsUnchanged(long ticket, int key, int group) =>
        Volatile.Read(ref _everything.Changed) <= ticket && Volatile.Read(ref _keys[Place(key)].Changed) <= ticket &&
        Volatile.Read(ref _groups[Place(group)].Changed) <= ticket;

    private static int Place(int hash) => hash & (Stripes - 1);

    private long Next()
    {
        var next = _last + 1;
        Volatile.Write(ref _last, next);
        return next;
    }

    private struct Stripe
    {
        internal long Changed; // the number of the last change
        internal int Writes;   // how many writes of this node are under way

        internal readonly bool Allows(long ticket) => Changed <= ticket && Writes == 0;
    }
}
