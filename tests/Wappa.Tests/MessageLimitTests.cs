using System.Text.Json;

namespace Wappa.Tests;

/// <summary>Each limit of the platform: the last value it takes, and the first it does not.</summary>
public class MessageLimitTests
{
    private static readonly MediaSource File = MediaSource.FromId("7");
    private static readonly MessageHeader Picture = MessageHeader.FromImage(File);

    public static TheoryData<string, OutgoingMessage, OutgoingMessage> Limits() => new()
    {
        { "OutgoingText.Body has 4097 characters; WhatsApp takes 1 to 4096.", new OutgoingText(X(4096)), new OutgoingText(X(4097)) },
        { "OutgoingText.Body has 0 characters", new OutgoingText("x"), new OutgoingText("") },
        { "OutgoingText.CallbackData has 513", new OutgoingText("x") { CallbackData = X(512) }, new OutgoingText("x") { CallbackData = X(513) } },
        { "OutgoingText.ReplyTo is empty", new OutgoingText("x") { ReplyTo = "m" }, new OutgoingText("x") { ReplyTo = "" } },
        { "OutgoingImage.Caption has 1025", Image(X(1024)), Image(X(1025)) },
        { "OutgoingVideo.Caption has 1025", Video(X(1024)), Video(X(1025)) },
        { "OutgoingDocument.Caption has 1025", Document(X(1024)), Document(X(1025)) },
        { "OutgoingSticker.Media is missing", new OutgoingSticker { Media = File }, new OutgoingSticker { Media = null! } },
        { "OutgoingSticker.Media.Id is empty", Sticker(MediaSource.FromId("1")), Sticker(MediaSource.FromId("")) },
        { "Media.Link is no absolute http", Sticker(MediaSource.FromLink("http://a/b")), Sticker(MediaSource.FromLink("/b")) },
        { "Media.Link is no absolute http", Sticker(MediaSource.FromLink("https://a")), Sticker(MediaSource.FromLink("ftp://a")) },
        { "OutgoingLocation.Latitude is outside of -90 to 90", Place(90, 180), Place(90.1, 0) },
        { "OutgoingLocation.Longitude is outside of -180 to 180", Place(-90, -180), Place(0, double.NaN) },
        { "OutgoingContacts.Contacts has 258 contacts; WhatsApp takes 1 to 257.", Contacts(257), Contacts(258) },
        { "OutgoingContacts.Contacts has 0 contacts", Contacts(1), Contacts(0) },
        { "Contacts[0].Name has a formatted name only", Contacts(1), Contact(new() { FormattedName = "Nils" }) },
        { "Contacts[0].Name.FormattedName is empty", Contacts(1), Contact(new() { FirstName = "Nils" }) },
        { "OutgoingReaction.MessageId is empty", Reaction("m", null), Reaction("", null) },
        { "OutgoingReaction.ReplyTo is set", Reaction("m", null), Reaction("m", "n") },
        { "OutgoingButtons.Body has 1025", Buttons(X(1024), 1), Buttons(X(1025), 1) },
        { "OutgoingButtons.Buttons has 4 buttons; WhatsApp takes 1 to 3. Use a list", Buttons("b", 3), Buttons("b", 4) },
        { "OutgoingButtons.Buttons has 0 buttons", Buttons("b", 1), Buttons("b", 0) },
        { "Buttons[0].Id has 257", Button(new ReplyButton(X(256), "t")), Button(new ReplyButton(X(257), "t")) },
        { "Buttons[0].Title has 21", Button(new ReplyButton("i", X(20))), Button(new ReplyButton("i", X(21))) },
        { "OutgoingButtons.Buttons.Id repeats a value at index 1", Button(new("a", "A"), new("b", "B")), Button(new("a", "A"), new("a", "B")) },
        { "OutgoingButtons.Buttons.Title repeats", Button(new("a", "A"), new("b", "B")), Button(new("a", "A"), new("b", "A")) },
        { "OutgoingButtons.Header.Text has 61", Header(X(60)), Header(X(61)) },
        { "OutgoingButtons.Footer has 61", Footer(X(60)), Footer(X(61)) },
        { "OutgoingList.Body has 4097", List(X(4096), "Go", [Rows(1)]), List(X(4097), "Go", [Rows(1)]) },
        { "OutgoingList.ButtonText has 21", List("b", X(20), [Rows(1)]), List("b", X(21), [Rows(1)]) },
        { "OutgoingList.Sections has 11 sections", List("b", "Go", Many(10)), List("b", "Go", Many(11)) },
        {
            "OutgoingList.Sections has 11 rows in all sections; WhatsApp takes 1 to 10",
            List("b", "Go", [Rows(5, "A"), Rows(5, "B")]),
            List("b", "Go", [Rows(5, "A"), Rows(6, "B")])
        },
        { "Sections[1].Title has 0", List("b", "Go", [Rows(1, "A"), Rows(1, "B")]), List("b", "Go", [Rows(1, "A"), Rows(1)]) },
        { "Sections[0].Title has 25", List("b", "Go", [Rows(1, X(24))]), List("b", "Go", [Rows(1, X(25))]) },
        { "Sections[0].Rows has 0 rows", List("b", "Go", [Rows(1)]), List("b", "Go", [Rows(0)]) },
        { "Sections.Id repeats", Row(new("a", "A"), new("b", "A")), Row(new("a", "A"), new("a", "B")) },
        { "Rows[0].Id has 201", Row(new ListRow(X(200), "t")), Row(new ListRow(X(201), "t")) },
        { "Rows[0].Title has 25", Row(new ListRow("i", X(24))), Row(new ListRow("i", X(25))) },
        { "Rows[0].Description has 73", Row(new ListRow("i", "t", X(72))), Row(new ListRow("i", "t", X(73))) },
        { "OutgoingList.Header is a file", List("b", "Go", [Rows(1)]) with { Header = "h" }, List("b", "Go", [Rows(1)]) with { Header = Picture } },
        { "OutgoingLink.ButtonText has 21", Link(X(20), "https://a"), Link(X(21), "https://a") },
        { "OutgoingLink.Url is no absolute", Link("t", "https://a"), Link("t", "a") },
        { "OutgoingLocationRequest.Body has 0", new OutgoingLocationRequest { Body = "b" }, new OutgoingLocationRequest() },
        { "OutgoingFlow.ButtonText has 31", Flow(X(30), "1", null), Flow(X(31), "1", null) },
        { "OutgoingFlow.FlowId and FlowName are both", Flow("t", "1", null), Flow("t", "1", "n") },
        { "OutgoingFlow.FlowId and FlowName are both", Flow("t", null, "n"), Flow("t", null, null) },
        { "OutgoingFlow.Data is set without Screen", Flow("t", "1", null), Flow("t", "1", null) with { Data = Json("{}") } },
        { "OutgoingProductList.Header is missing", Products(1), Products(1) with { Header = null } },
        { "products in all sections; WhatsApp takes 1 to 30", Products(30), Products(16, 15) },
        { "OutgoingProduct.CatalogId is empty", Product("c"), Product("") },
        { "OutgoingCarousel.Cards has 1 cards; WhatsApp takes 2 to 10", Cards(2), Cards(1) },
        { "OutgoingCarousel.Cards has 11 cards", Cards(10), Cards(11) },
        { "Cards[0].Body has 161", Card(X(160)), Card(X(161)) },
        { "Cards[0].Body has 3 line breaks; WhatsApp takes 0 to 2", Card("a\nb\nc"), Card("a\nb\nc\nd") },
        { "Cards[0].Header is neither a picture", Cards(2), CardsOf(CarouselCard.WithLink("text", "t", "https://a")) },
        { "Cards[1] has another kind of content", Cards(2), CardsOf(CardWithButton("a")) },
        { "Cards[0].Buttons[0].Id has 21", CardsOf(CardWithButton(X(20)), 2), CardsOf(CardWithButton(X(21)), 2) },
        { "OutgoingTemplate.Name has 513", Template(X(512)), Template(X(513)) },
        { "OutgoingTemplate.Name holds something else than a-z", Template("a_1"), Template("Hello") },
        { "OutgoingTemplate.Language is empty", Template("a"), Template("a") with { Language = "" } },
        { "OutgoingTemplate.Header has 61", Template("a") with { Header = X(60) }, Template("a") with { Header = X(61) } },
        { "OutgoingTemplate.Body[0] has 0", Template("a") with { Body = ["x"] }, Template("a") with { Body = [""] } },
        { "OutgoingTemplate.Buttons[0].Index is outside of 0 to 9", Fill(TemplateButton.Url(9, "x")), Fill(TemplateButton.Url(10, "x")) },
        {
            "Buttons.Index repeats",
            Fill(TemplateButton.Url(0, "x"), TemplateButton.Url(1, "x")),
            Fill(TemplateButton.Url(0, "x"), TemplateButton.Url(0, "x"))
        },
        { "Buttons[0].coupon_code has 21", Fill(TemplateButton.CopyCode(0, X(20))), Fill(TemplateButton.CopyCode(0, X(21))) },
        { "OutgoingTemplate.Cards has 1 cards", Template("a"), Template("a") with { Cards = [new()] } },
        { "OutgoingRaw.Content is neither", Raw("{}"), Raw("1") },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Limits))]
    public void Validate_AtTheLimitAndBeyond_TakesTheOneAndNamesTheOther(
        string expected, OutgoingMessage good, OutgoingMessage bad)
    {
        good.Validate();

        var error = Should.Throw<InvalidMessageException>(bad.Validate);

        error.Message.ShouldContain(expected);
        error.Message.ShouldStartWith(error.Field);
        error.Message.ShouldNotContain("xxxxx");
        if (error.Limit is { } limit) error.Actual!.Value.ShouldSatisfyAllConditions(
            actual => (actual is 0 || actual > limit || actual < 2).ShouldBeTrue());
    }

    private static string X(int length) => new('x', length);

    private static JsonElement Json(string json) => JsonElement.Parse(json);

    private static OutgoingImage Image(string caption) => new() { Media = File, Caption = caption };

    private static OutgoingVideo Video(string caption) => new() { Media = File, Caption = caption };

    private static OutgoingDocument Document(string caption) => new() { Media = File, Caption = caption };

    private static OutgoingSticker Sticker(MediaSource media) => new() { Media = media };

    private static OutgoingLocation Place(double latitude, double longitude) => new() { Latitude = latitude, Longitude = longitude };

    private static OutgoingContacts Contacts(int count) => new()
    {
        Contacts = [.. Enumerable.Repeat(new ContactCard { Name = new() { FormattedName = "N", FirstName = "N" } }, count)],
    };

    private static OutgoingContacts Contact(ContactName name) => new() { Contacts = [new() { Name = name }] };

    private static OutgoingReaction Reaction(string id, string? reply) => new() { MessageId = id, Emoji = "", ReplyTo = reply };

    private static OutgoingButtons Buttons(string body, int count) => new()
    {
        Body = body, Buttons = [.. Enumerable.Range(0, count).Select(number => new ReplyButton($"{number}", $"{number}"))],
    };

    private static OutgoingButtons Button(params ReplyButton[] buttons) => new() { Body = "b", Buttons = buttons };

    private static OutgoingButtons Header(string text) => Buttons("b", 1) with { Header = text };

    private static OutgoingButtons Footer(string text) => Buttons("b", 1) with { Footer = text };

    private static OutgoingList List(string body, string button, ListSection[] sections) =>
        new() { Body = body, ButtonText = button, Sections = sections };

    private static OutgoingList Row(params ListRow[] rows) => List("b", "Go", [new(null, rows)]);

    private static ListSection Rows(int count, string? title = null) =>
        new(title, [.. Enumerable.Range(0, count).Select(number => new ListRow($"{title}{number}", "t"))]);

    private static ListSection[] Many(int count) => [.. Enumerable.Range(0, count).Select(number => Rows(1, $"{number}-"))];

    private static OutgoingLink Link(string text, string url) => new() { Body = "b", ButtonText = text, Url = url };

    private static OutgoingFlow Flow(string text, string? id, string? name) =>
        new() { Body = "b", ButtonText = text, FlowId = id, FlowName = name };

    private static OutgoingProduct Product(string catalog) => new() { CatalogId = catalog, RetailerId = "r" };

    private static OutgoingProductList Products(params int[] counts) => new()
    {
        Header = "h",
        Body = "b",
        CatalogId = "c",
        Sections = [.. counts.Select((count, index) => new ProductSection($"{index}", [.. Enumerable.Repeat("p", count)]))],
    };

    private static CarouselCard CardWithLink(string? body = null) => CarouselCard.WithLink(Picture, "t", "https://a", body);

    private static CarouselCard CardWithButton(string id) => CarouselCard.WithButtons(Picture, [new(id, "t")]);

    private static OutgoingCarousel Cards(int count) => new() { Body = "b", Cards = [.. Enumerable.Repeat(CardWithLink(), count)] };

    private static OutgoingCarousel Card(string body) => CardsOf(CardWithLink(body));

    private static OutgoingCarousel CardsOf(CarouselCard first) => new() { Body = "b", Cards = [first, CardWithLink()] };

    private static OutgoingCarousel CardsOf(CarouselCard card, int count) =>
        new() { Body = "b", Cards = [.. Enumerable.Repeat(card, count)] };

    private static OutgoingTemplate Template(string name) => new() { Name = name, Language = "de" };

    private static OutgoingTemplate Fill(params TemplateButton[] buttons) => Template("a") with { Buttons = buttons };

    private static OutgoingRaw Raw(string json) => new() { TypeName = "t", Content = Json(json) };
}
