using System.Text.Json;

namespace Wappa;

/// <summary>A text above 2 to 10 cards to be swiped through. All cards have the same kind of content.</summary>
public sealed record OutgoingCarousel : OutgoingInteractive
{
    internal const int MinCards = 2;
    internal const int MaxCards = 10;

    /// <summary>2 to 10 cards in the order shown.</summary>
    public required IReadOnlyList<CarouselCard> Cards { get; init; }

    private protected override string Kind => "carousel";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        var field = path + nameof(Cards);
        FieldRules.Present(field, Cards);
        FieldRules.Count(field, "cards", Cards.Count, MinCards, MaxCards, "Send one card as a picture with a link.");
        for (var i = 0; i < Cards.Count; i++)
        {
            FieldRules.Present($"{field}[{i}]", Cards[i]);
            Cards[i].Validate($"{field}[{i}].");
            if (Cards[i].Layout == Cards[0].Layout) continue;
            throw new InvalidMessageException(
                $"{field}[{i}]", "has another kind of content than the first card, or another number of buttons.",
                "Give all cards the same.");
        }
    }

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteStartArray("cards"u8);
        for (var i = 0; i < Cards.Count; i++) Cards[i].WriteTo(json, i);
        json.WriteEndArray();
    }
}
