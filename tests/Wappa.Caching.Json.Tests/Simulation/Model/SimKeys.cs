namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>The records that simulated stores hold: two that a commit may change together first.</summary>
internal static class SimKeys
{
    internal static readonly RecordKey[] All =
    [
        RecordKey.User("hotel", "ann"),
        RecordKey.State("hotel", "ann", "booking"),
        RecordKey.Table("hotel", TableKey.Row("rooms", "12")),
        RecordKey.State("hotel", "Bob+1", "booking"),
        RecordKey.Table("hotel", TableKey.Row("rooms", "x y")),
    ];

    internal static readonly RecordSet[] Sets =
    [
        RecordSet.OfUser("hotel", "ann"), RecordSet.Rows("hotel", "rooms"), RecordSet.States("hotel", "Bob+1"),
    ];

    internal static string NameOf(int key) => $"{"AaTbU"[key]}";

    internal static int IndexOf(RecordKey key) => Array.IndexOf(All, key);
}
