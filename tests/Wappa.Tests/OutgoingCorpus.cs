using System.Text.Json;

namespace Wappa.Tests;

/// <summary>The messages behind the requests of the corpus.</summary>
internal static class OutgoingCorpus
{
    private const string Quoted = "wamid.HBgLMTU1NTAxMDIyMzMVAgASGBQzQTk4MkQ5RTNFQjk5NkY1NTlFNgA=";

    internal static Dictionary<string, OutgoingMessage> Messages { get; } = new()
    {
        ["send_text"] = new OutgoingText("See https://fjord.example/tours") { PreviewUrl = true },
        ["send_text_reply"] = new OutgoingText("Yes it is") { ReplyTo = Quoted, CallbackData = "job-17" },
        ["send_text_to_bsuid"] = new OutgoingText("Hi Ivo"),
        ["send_image_id"] = new OutgoingImage { Media = MediaSource.FromId("1000200030004001"), Caption = "Dock" },
        ["send_image_link"] = new OutgoingImage
        {
            Media = MediaSource.FromLink("https://fjord.example/a.jpg"), Caption = "Dock",
        },
        ["send_video_id"] = new OutgoingVideo { Media = MediaSource.FromId("1000200030004002"), Caption = "Wave" },
        ["send_audio_id"] = new OutgoingAudio { Media = MediaSource.FromId("1000200030004003") },
        ["send_audio_voice"] = new OutgoingAudio { Media = MediaSource.FromId("1000200030004003"), IsVoice = true },
        ["send_sticker_id"] = new OutgoingSticker { Media = MediaSource.FromId("1000200030004004") },
        ["send_document_link"] = new OutgoingDocument
        {
            Media = MediaSource.FromLink("https://fjord.example/t.pdf"), FileName = "terms.pdf", Caption = "Terms",
        },
        ["send_location"] = new OutgoingLocation
        {
            Latitude = 59.32938, Longitude = 18.06871, Name = "Old Town Pier", Address = "Pier 4",
        },
        ["send_reaction"] = new OutgoingReaction { MessageId = Quoted, Emoji = "🛶" },
        ["send_reaction_remove"] = OutgoingReaction.Removal(Quoted),
        ["send_contacts"] = new OutgoingContacts { Contacts = [Card] },
        ["send_interactive_buttons"] = new OutgoingButtons
        {
            Header = "Pick a slot",
            Body = "When do you want to paddle?",
            Footer = "Fjord Rentals",
            Buttons = [new("slot:sat-10", "Sat 10:00"), new("slot:sat-14", "Sat 14:00"), new("slot:other", "Other")],
        },
        ["send_interactive_list"] = new OutgoingList
        {
            Header = "Tours",
            Body = "Choose a tour",
            Footer = "Prices in EUR",
            ButtonText = "Show tours",
            Sections =
            [
                new("Day", [new("tour:lake", "Lake tour", "3 h, 45 EUR")]),
                new("Evening", [new("tour:sunset", "Sunset tour")]),
            ],
        },
        ["send_interactive_cta_url"] = new OutgoingLink
        {
            Body = "Pay online", ButtonText = "Pay now", Url = "https://fjord.example/pay/7731",
        },
        ["send_interactive_location_request"] = new OutgoingLocationRequest { Body = "Where should we pick you up?" },
        ["send_interactive_contact_request"] = new OutgoingContactRequest { Body = "May we have your number?" },
        ["send_interactive_flow"] = new OutgoingFlow
        {
            Body = "Book here",
            FlowId = "220100200300400",
            Token = "booking-7731",
            ButtonText = "Book",
            IsDraft = true,
            Screen = "START",
            Data = JsonElement.Parse("""{"name":"Mira"}"""),
        },
        ["send_interactive_product"] = new OutgoingProduct
        {
            Body = "This one", CatalogId = "551000200300", RetailerId = "KAYAK-BLUE-01",
        },
        ["send_interactive_product_list"] = new OutgoingProductList
        {
            Header = "Gear",
            Body = "Our gear",
            CatalogId = "551000200300",
            Sections = [new("Boats", ["KAYAK-BLUE-01"]), new("Safety", ["VEST-M"])],
        },
        ["send_interactive_carousel"] = new OutgoingCarousel { Body = "Popular", Cards = [Tour(0), Tour(1)] },
        ["send_template"] = new OutgoingTemplate
        {
            Name = "booking_confirmed",
            Language = "en_US",
            Header = TemplateParameter.FromImage(MediaSource.FromLink("https://fjord.example/a.jpg")),
            Body =
            [
                TemplateParameter.FromText("Mira", "name"),
                TemplateParameter.FromCurrency(39m, "EUR", "39 EUR"),
                TemplateParameter.FromDate("12 Sept 2026"),
            ],
            Buttons = [TemplateButton.QuickReply(0, "CONFIRM_BOOKING_7731"), TemplateButton.Url(1, "7731")],
        },
    };

    private static ContactCard Card => new()
    {
        Name = new()
        {
            FirstName = "Nils", LastName = "Adeyemi", MiddleName = "K.", Prefix = "Dr.", Suffix = "Jr.",
            FormattedName = "Dr. Nils K. Adeyemi Jr.",
        },
        Organization = new() { Company = "Fjord Rentals", Department = "Boats", Title = "Manager" },
        Birthday = "1988-04-09",
        Phones =
        [
            new() { Phone = "+1 (555) 010-3311", WaId = "15550103311", Type = "CELL" },
            new() { Phone = "+1 555 010 3312", Type = "WORK" },
        ],
        Emails = [new() { Email = "nils@fjord.example", Type = "WORK" }],
        Addresses =
        [
            new()
            {
                Street = "1 Harbour Rd", City = "Springfield", State = "OR", Zip = "97477", Country = "United States",
                CountryCode = "us", Type = "HOME",
            },
        ],
        Urls = [new() { Url = "https://fjord.example", Type = "WORK" }],
    };

    private static CarouselCard Tour(int number) => CarouselCard.WithLink(
        MessageHeader.FromImage(MediaSource.FromLink($"https://fjord.example/{number}.jpg")), "Open",
        $"https://fjord.example/t/{number}", $"Tour {number}");
}
