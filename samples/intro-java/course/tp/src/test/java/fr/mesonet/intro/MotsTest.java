package fr.mesonet.intro;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MotsTest {
    @Test
    void lesMotsSontEnMinusculesEtSansPonctuation() {
        assertEquals(List.of("l", "été", "puis", "l", "hiver"), Mots.de("L’été, puis l’hiver !"));
    }

    @Test
    void chaqueMotEstCompte() {
        assertEquals(Map.of("le", 2L, "chat", 1L, "chien", 1L), Mots.compter("Le chat, le chien"));
    }

    @Test
    void lesMotsSontDansLOrdreDeLAlphabet() {
        assertEquals(List.of("a", "b", "c"), List.copyOf(Mots.compter("c b a").keySet()));
    }
}
