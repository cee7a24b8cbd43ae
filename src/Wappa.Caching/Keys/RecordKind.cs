namespace Wappa.Caching;

/// <summary>The three kinds of memory a conversational app has.</summary>
public enum RecordKind : byte
{
    /// <summary>Where a conversation stands: one record per user and handler.</summary>
    State,

    /// <summary>Who is speaking: the records of one user; the one named <c>profile</c> is the user.</summary>
    User,

    /// <summary>What the business knows: rows shared by a whole tenant.</summary>
    Table,
}
