using System.Text.Json;
using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>Which record a request is about: <c>{number, customer, kind, table?, name}</c>.</summary>
internal static class RecordAddress
{
    /// <summary>The record of a request's JSON.</summary>
    /// <exception cref="ApiRefusal">A part is missing, cannot be, or names nobody.</exception>
    internal static RecordKey Read(JsonElement given, MemoryUsers users) =>
        Of(Text(given, "number"), Text(given, "customer"), Text(given, "kind"), Text(given, "table"), Text(given, "name"), users);

    internal static RecordKey Of(
        string? number, string? customer, string? kind, string? table, string? name, MemoryUsers users)
    {
        if (number is null || name is null) throw ApiRefusal.Unreadable("number and name are needed.");
        var tenant = MemoryUsers.TenantOf(users.Number(number));
        try
        {
            if (kind is "table")
            {
                if (table is null) throw ApiRefusal.Unreadable("table is needed.");
                return RecordKey.Table(tenant, name.Length == 0 ? TableKey.Table(table) : TableKey.Row(table, name));
            }

            var user = users.NameOf(tenant, users.Of(number, customer ?? "").Customer);
            return kind switch
            {
                "state" => RecordKey.State(tenant, user, name),
                "user" => RecordKey.User(tenant, user, name),
                _ => throw ApiRefusal.Unreadable("kind is state, user or table."),
            };
        }
        catch (ArgumentException error)
        {
            throw ApiRefusal.Unreadable(error.Message);
        }
    }

    /// <summary>The text under a name; null: there is none.</summary>
    internal static string? Text(JsonElement given, string name) =>
        given.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
