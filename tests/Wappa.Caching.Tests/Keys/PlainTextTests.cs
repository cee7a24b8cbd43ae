using Wappa.Caching.Keys;

namespace Wappa.Caching.Tests.Keys;

public class PlainTextTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static TheoryData<int> Lengths => [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 61];

    [Theory, MemberData(nameof(Lengths))]
    public void TryCopy_AnyCharacterInAnyPlace_IsPlainOnlyIfItStandsInAKeyAsItIs(int length)
    {
        var destination = new char[length];
        for (var place = 0; place < length; place++)
        {
            for (var c = 0; c <= char.MaxValue; c += c < 0x300 ? 1 : 0x1F) // 0x1F: every low byte comes up beyond
            {
                var text = Letters[..length].ToCharArray();
                text[place] = (char)c;
                var isPlain = c is >= ' ' and <= '~' and not ('%' or ':' or '*');
                PlainText.TryCopy(text, destination).ShouldBe(isPlain, $"U+{c:X4} at {place} of {length}");
                if (isPlain) destination.ShouldBe(text);
            }
        }
    }

    [Theory, MemberData(nameof(Lengths))]
    public void TryCopy_NoRoom_IsRefusedAndTouchesNothing(int length)
    {
        var destination = new char[length - 1];
        PlainText.TryCopy(Letters.AsSpan(0, length), destination).ShouldBeFalse();
        destination.ShouldAllBe(c => c == '\0');
    }
}
