using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads the value of the field <c>user_id_update</c>: users whose business-scoped id is another now. The app
/// gets it as an event; here only the names are learned.</summary>
internal static class UserIdUpdateReader
{
    internal const string Field = "user_id_update";

    internal static void Read(ReadOnlySpan<byte> value, string tenant, Identities people)
    {
        var reader = new Utf8JsonReader(value, new() { MaxDepth = 64 });
        reader.Read();
        while (LenientText.ReadProperty(ref reader))
        {
            if (!LenientText.NameOf(ref reader).SequenceEqual("user_id_update"u8))
            {
                reader.Skip();
                continue;
            }

            foreach (var update in LenientText.ReadList(ref reader, ReadOne))
                people.Add(new(new(tenant, update.WaId, update.Previous), null, update.Current));
        }
    }

    private static Update ReadOne(ref Utf8JsonReader reader)
    {
        var update = new Update();
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("wa_id"u8)) update.WaId = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("user_id"u8)) ReadIds(ref reader, update);
            else reader.Skip();
        }

        return update;
    }

    private static void ReadIds(ref Utf8JsonReader reader, Update update)
    {
        if (!LenientText.EnterObject(ref reader)) return;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("previous"u8)) update.Previous = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("current"u8)) update.Current = LenientText.ReadId(ref reader);
            else reader.Skip();
        }
    }

    private sealed class Update
    {
        internal string? WaId, Previous, Current;
    }
}
